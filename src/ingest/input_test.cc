// ingest/input_test.cc: files unpack to the same bytes, and pieces hold whole rows.
#include "ingest/input.h"

#include "ingest/import_trial.h"

namespace pharos::ingest {
namespace {

Result<std::string> read_all(const std::string& path) {
  const auto source = TRY(open_bytes(path));
  std::string text;
  char buffer[1'000];
  while (true) {
    const std::size_t count = TRY(source->read(buffer, sizeof buffer));
    text.append(buffer, count);
    if (count < sizeof buffer) return text;
  }
}

std::string some_text(std::size_t rows) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i) text += fmt::format("{},row {}\n", i, i * 7919);
  return text;
}

TEST(Input, plain_gzip_and_zstd_are_the_same_bytes) {
  const Folder folder;
  for (const std::size_t rows : {0, 1, 100'000}) {
    const std::string text = some_text(rows);
    EXPECT_EQ(read_all(folder.write("a.csv", text)), text);
    EXPECT_EQ(read_all(folder.write_gzip("a.csv.gz", text)), text);
    EXPECT_EQ(read_all(folder.write_zstd("a.csv.zst", text)), text);
  }
}

TEST(Input, an_archive_may_have_several_members) {
  const Folder folder;
  const auto bytes = [&](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string gzip =
      bytes(folder.write_gzip("1.gz", "a\n")) + bytes(folder.write_gzip("2.gz", "b\n"));
  EXPECT_EQ(read_all(folder.write("both.csv.gz", gzip)), "a\nb\n");
  const std::string zstd =
      bytes(folder.write_zstd("1.zst", "a\n")) + bytes(folder.write_zstd("2.zst", "b\n"));
  EXPECT_EQ(read_all(folder.write("both.csv.zst", zstd)), "a\nb\n");
}

TEST(Input, damaged_archives_are_errors) {
  const Folder folder;
  const std::string text = some_text(10'000);
  for (const std::string& path :
       {folder.write_gzip("a.csv.gz", text), folder.write_zstd("a.csv.zst", text)}) {
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    const auto cut = read_all(path);
    ASSERT_FALSE(cut) << path;
    EXPECT_EQ(cut.error().code, ErrorCode::invalid);
    EXPECT_NE(cut.error().message.find("too early"), std::string::npos) << cut.error().message;
  }
  for (const std::string name : {"plain.csv.gz", "plain.csv.zst"}) {
    const auto wrong = read_all(folder.write(name, "a,b\n"));
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("though its name says so"), std::string::npos);
  }
  EXPECT_EQ(read_all(folder.path() + "/none.csv").error().code, ErrorCode::not_found);
  EXPECT_EQ(read_all(folder.path()).error().code, ErrorCode::io);
}

std::vector<std::string> pieces(const std::string& path, Format format, std::size_t size) {
  auto opened = Chunker::open(path, format, ',', size);
  EXPECT_TRUE(opened);
  Chunker& chunker = *opened;
  std::vector<std::string> found;
  while (true) {
    const auto chunk = chunker.next();
    EXPECT_TRUE(chunk) << chunk.error().message;
    if (!chunk || chunk->size == 0) return found;
    found.emplace_back(chunk->bytes());
  }
}

TEST(Input, pieces_hold_whole_rows_and_miss_none) {
  const Folder folder;
  const std::string lines = some_text(1'000);
  const std::string quoted = "a,\"x\ny\"\nb,\"\"\"\n\"\nc,d\n";
  for (const std::size_t size : {1, 16, 37, 1'000, 1'000'000}) {
    std::string joined;
    for (const std::string& piece : pieces(folder.write("a", lines), Format::ndjson, size)) {
      EXPECT_EQ(piece.back(), '\n');
      joined += piece;
    }
    EXPECT_EQ(joined, lines);
    joined.clear();
    for (const std::string& piece : pieces(folder.write("b", quoted), Format::csv, size)) {
      EXPECT_EQ(std::count(piece.begin(), piece.end(), '"') % 2, 0) << piece;
      joined += piece;
    }
    EXPECT_EQ(joined, quoted);
  }
}

TEST(Input, the_last_line_needs_no_line_feed_and_the_mark_goes) {
  const Folder folder;
  EXPECT_EQ(pieces(folder.write("a", "\xEF\xBB\xBFx\ny"), Format::ndjson, 100),
            std::vector<std::string>{"x\ny\n"});
  EXPECT_TRUE(pieces(folder.write("b", ""), Format::csv, 100).empty());
  EXPECT_TRUE(pieces(folder.write("c", "\xEF\xBB\xBF"), Format::csv, 100).empty());
  auto wide = Chunker::open(folder.write("d", std::string("\xFF\xFEx\0", 4)), Format::csv, ',');
  EXPECT_NE(wide->next().error().message.find("UTF-16"), std::string::npos);
}

TEST(Input, a_line_without_end_costs_itself_only) {
  const Folder folder;
  const std::string text = "a\n" + std::string(3 * chunk_bytes, 'x') + "\nb\n";
  for (const Format format : {Format::csv, Format::ndjson}) {
    std::size_t lines = 0, bytes = 0;
    std::string last;
    for (const std::string& piece : pieces(folder.write("a", text), format, chunk_bytes)) {
      lines += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\n'));
      bytes += piece.size();
      last = piece;
    }
    EXPECT_EQ(lines, 3U);
    EXPECT_GT(bytes, row_bytes_max);
    EXPECT_LT(bytes, text.size());
    EXPECT_TRUE(last.ends_with("\nb\n") || last == "b\n");
  }
}

}  // namespace
}  // namespace pharos::ingest
