// demo/profile.cc: drawn from short lists of trades, places and words.
#include "demo/profile.h"

#include <fmt/format.h>

#include <iterator>

#include "base/seeded.h"

namespace pharos::demo {
namespace {

constexpr Industry industry_list[] = {
    {"apparel", "Apparel", "服饰", 16'800, {"dresses", "coats", "shoes", "bags"}},
    {"food", "Foods", "食品", 5'900, {"snacks", "fresh", "drinks", "grain"}},
    {"beauty", "Beauty", "美妆", 12'900, {"skincare", "makeup", "fragrance", "haircare"}},
    {"home", "Home", "家居", 23'900, {"furniture", "kitchen", "bedding", "lighting"}},
    {"electronics", "Electronics", "数码", 69'900, {"phones", "audio", "computers", "wearables"}},
    {"mother_baby", "Baby", "母婴", 14'900, {"formula", "diapers", "toys", "clothes"}},
    {"sports", "Sports", "运动", 19'900, {"running", "fitness", "outdoor", "cycling"}},
    {"pets", "Pets", "宠物", 8'900, {"cat_food", "dog_food", "care", "accessories"}},
};
// Out of 100 merchants, by industry.
constexpr std::uint32_t industry_weights[] = {24, 20, 13, 12, 10, 9, 7, 5};

struct Word {
  std::string_view en, zh;
};
constexpr Word words[] = {
    {"Yunjin", "云锦"},   {"Qinghe", "清禾"},   {"Mingyu", "明屿"},   {"Baitang", "白塘"},
    {"Songyue", "松月"},  {"Ruilin", "瑞林"},   {"Chenxi", "晨曦"},   {"Haitang", "海棠"},
    {"Zhuyun", "竹韵"},   {"Jinsui", "金穗"},   {"Lanting", "兰亭"},  {"Beidou", "北斗"},
    {"Shanhe", "山禾"},   {"Nuanyang", "暖阳"}, {"Xinghe", "星河"},   {"Yihe", "颐和"},
    {"Fengli", "丰礼"},   {"Anran", "安然"},    {"Tianlai", "天籁"},  {"Moli", "茉莉"},
    {"Changle", "长乐"},  {"Wanhe", "万合"},    {"Qiaojia", "巧家"},  {"Luming", "鹿鸣"},
    {"Xiaoman", "小满"},  {"Guyu", "谷雨"},     {"Jiahe", "嘉禾"},    {"Hongtu", "宏图"},
    {"Lefu", "乐福"},     {"Yueran", "悦然"},   {"Zhiyuan", "致远"},  {"Dongli", "东篱"},
    {"Hefeng", "和风"},   {"Linxi", "林溪"},    {"Yuanshan", "远山"}, {"Qiming", "启明"},
    {"Shengshi", "盛世"}, {"Huayi", "华意"},    {"Baichuan", "百川"}, {"Fulin", "福临"},
};

struct City {
  std::string_view name, zh, en, region;
};
constexpr City cities[] = {
    {"hangzhou", "杭州", "Hangzhou", "east"},    {"shanghai", "上海", "Shanghai", "east"},
    {"guangzhou", "广州", "Guangzhou", "south"}, {"shenzhen", "深圳", "Shenzhen", "south"},
    {"beijing", "北京", "Beijing", "north"},     {"chengdu", "成都", "Chengdu", "west"},
    {"chongqing", "重庆", "Chongqing", "west"},  {"wuhan", "武汉", "Wuhan", "central"},
    {"changsha", "长沙", "Changsha", "central"}, {"nanjing", "南京", "Nanjing", "east"},
    {"suzhou", "苏州", "Suzhou", "east"},        {"quanzhou", "泉州", "Quanzhou", "south"},
    {"qingdao", "青岛", "Qingdao", "north"},     {"zhengzhou", "郑州", "Zhengzhou", "central"},
    {"xian", "西安", "Xi'an", "west"},           {"yiwu", "义乌", "Yiwu", "east"},
};

constexpr std::string_view channels[] = {"bd",      "telesales",  "partner",
                                         "website", "exhibition", "referral"};
constexpr std::uint32_t channel_weights[] = {26, 24, 20, 16, 8, 6};

constexpr std::string_view partners[] = {"qihang", "lianchuang", "hengtong", "yida"};

constexpr std::string_view surnames[] = {"Wang", "Li",  "Zhang", "Liu", "Chen", "Yang",
                                         "Zhao", "Wu",  "Zhou",  "Xu",  "Sun",  "Ma",
                                         "Zhu",  "Lin", "He",    "Guo"};
constexpr std::string_view given_names[] = {"Wei",  "Fang", "Min", "Jing", "Lei",  "Yan",
                                            "Jun",  "Tao",  "Xiu", "Hao",  "Ying", "Peng",
                                            "Rong", "Kai",  "Xin", "Yu",   "Na",   "Bo"};

template <std::size_t n>
std::uint32_t weighted(Seeded& seeded, const std::uint32_t (&weights)[n]) {
  std::uint64_t total = 0;
  for (const std::uint32_t weight : weights) total += weight;
  std::uint64_t left = seeded.below(total);
  for (std::uint32_t i = 0; i < n; ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return 0;
}

template <class T, std::size_t n>
const T& one_of(Seeded& seeded, const T (&list)[n]) {
  return list[seeded.below(n)];
}

}  // namespace

std::span<const Industry> industries() {
  return industry_list;
}

std::string_view name_of(Size size) {
  return size == Size::smb ? "smb" : size == Size::mid ? "mid" : "key";
}

Profile make_profile(std::uint64_t seed, std::uint32_t number) {
  Seeded seeded(seed * 0x9E3779B97F4A7C15 + number);
  Profile profile;
  profile.id = fmt::format("m{:05}", number + 1);
  profile.industry = weighted(seeded, industry_weights);
  const Industry& industry = industry_list[profile.industry];
  const City& city = one_of(seeded, cities);
  const Word& word = one_of(seeded, words);
  profile.city = city.name;
  profile.region = city.region;
  profile.name_en = fmt::format("{} {} {}", city.en, word.en, industry.en);
  profile.name_zh = fmt::format("{}{}{}", city.zh, word.zh, industry.zh);
  constexpr std::uint32_t size_weights[] = {72, 22, 6};
  profile.size = static_cast<Size>(weighted(seeded, size_weights));
  profile.channel = channels[weighted(seeded, channel_weights)];
  if (profile.channel == "partner") profile.partner = one_of(seeded, partners);
  constexpr std::uint32_t members_max[] = {2, 5, 12};
  const auto size = static_cast<std::size_t>(profile.size);
  profile.members = static_cast<std::uint32_t>(1 + size + seeded.below(members_max[size] - size));
  profile.quality = static_cast<std::uint32_t>(seeded.below(51) + seeded.below(51));
  return profile;
}

std::string_view member_role(std::uint32_t member) {
  constexpr std::string_view roles[] = {"owner", "operator", "finance", "service", "designer"};
  return roles[(member - 1) % std::size(roles)];
}

std::string member_name(std::uint64_t seed, std::uint32_t merchant, std::uint32_t member) {
  Seeded seeded(seed ^ (std::uint64_t{merchant} << 20 | member) * 0xD1B54A32D192ED03);
  const std::string_view surname = one_of(seeded, surnames);
  return fmt::format("{} {}", surname, one_of(seeded, given_names));
}

}  // namespace pharos::demo
