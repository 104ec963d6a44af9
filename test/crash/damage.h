// crash/damage.h: a sound file, hit at random, and what verify and repair make of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pharos::crash {

// Where the bytes of a SQLite file are that are read at all, found by walking its trees, and where
// the rows of the journal lie. The rest is free: gaps within pages, the ends of overflow pages,
// pages of the free list, fields of the header that only inform (the schema cookie, the version of
// SQLite), the place within a record that a row id would have, which is kept elsewhere, and what
// parts two pages of the journal.
struct ReadMap {
  struct BlockRow {
    std::uint64_t number = 0;
    std::vector<std::pair<std::size_t, std::size_t>> parts;  // Offset and size in the file.
  };
  std::vector<bool> is_read;
  std::vector<BlockRow> blocks;
};
ReadMap map_of(const std::string& file);

// A hit of a seed: a bit, a few bytes, a sector of zeros or noise, a page in place of another, a
// shorter file. `told` says what it was.
std::string hit(const std::string& file, std::uint64_t seed, std::string& told);

// What rounds came across.
struct DamageTally {
  std::uint64_t unopened = 0, named = 0, unread = 0;  // Of hits: by the answer.
  std::uint64_t blocks_lost = 0, playbooks_given = 0;
};

// One hit of a small workspace: it is named, or lies where nothing is read; and a repair keeps
// every event of every block that was not hit. Says what is wrong; empty: nothing.
std::string run_damage(std::uint64_t seed, DamageTally& tally);

}  // namespace pharos::crash
