// demo/profile.h: who a merchant of the demo is: its name in two languages, trade, size and people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pharos::demo {

struct Industry {
  std::string_view name;  // As an enum value in a playbook.
  std::string_view en, zh;
  std::int64_t price;  // Of a typical order, in hundredths.
  std::string_view categories[4];
};
std::span<const Industry> industries();

enum class Size : std::uint8_t { smb, mid, key };
std::string_view name_of(Size size);

struct Profile {
  std::string id;  // m00001
  std::string name_en, name_zh;
  std::string city;            // hangzhou
  std::string_view region;     // east
  std::uint32_t industry = 0;  // Into industries().
  Size size = Size::smb;
  std::string_view channel;  // How the lead came: referral, exhibition, ...
  std::string_view partner;  // The service partner that looks after it; empty: none.
  std::uint32_t members = 1;
  std::uint32_t quality = 50;  // 0..100: better ones convert, keep and please more.
};

// The same for the same seed and number, whatever others there are.
Profile make_profile(std::uint64_t seed, std::uint32_t number);

// The role of a merchant's member (from 1), and a name for it.
std::string_view member_role(std::uint32_t member);
std::string member_name(std::uint64_t seed, std::uint32_t merchant, std::uint32_t member);

}  // namespace pharos::demo
