#include "places/places.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tamga::places {
namespace {

constexpr std::string_view kHead = "# title: t\ncode,name,functions,latitude,longitude\n";

NamedBytes table(std::string_view rows) { return {"places.csv", std::string(kHead) + std::string(rows)}; }

std::string error_of(std::string_view rows) {
  const auto places = Places::read(std::vector<NamedBytes>{table(rows)});
  return places ? std::string("no error") : places.error().text();
}

TEST(Places, AreFoundByCode) {
  const auto places = Places::read(std::vector<NamedBytes>{table("KZDOS,Dostyk,2B,45.3,82.5\nKZALA,Almaty,234,,\n")});
  ASSERT_TRUE(places) << places.error().text();
  ASSERT_NE(places->find("KZDOS"), nullptr);
  EXPECT_EQ(places->find("KZDOS")->name, "Dostyk");
  EXPECT_EQ(places->find("KZALA")->latitude, "");
  EXPECT_EQ(places->find("KZAAA"), nullptr);
  EXPECT_EQ(places->find(""), nullptr);
  EXPECT_EQ(places->all().front().code, "KZALA") << "by code";
  EXPECT_EQ(Places().find("KZDOS"), nullptr);
  EXPECT_EQ(Places().size(), 0U);
}

TEST(Places, BadTablesAreRefusedWithTheirLine) {
  EXPECT_EQ(error_of("KZ1LA,Almaty,1,,\n"), "places.csv:3: `KZ1LA` is not a UN/LOCODE such as KZALA");
  EXPECT_EQ(error_of("kzala,Almaty,1,,\n"), "places.csv:3: `kzala` is not a UN/LOCODE such as KZALA");
  EXPECT_EQ(error_of("KZALA,,1,,\n"), "places.csv:3: KZALA has no name");
  EXPECT_NE(error_of("KZALA,Almaty,port,,\n").find("are not the functions of a place"), std::string::npos);
  EXPECT_NE(error_of("KZALA,Almaty,,,\n").find("are not the functions of a place"), std::string::npos);
  EXPECT_EQ(error_of("KZALA,Almaty,1,95.0,76.9\n"), "places.csv:3: `95.0` and `76.9` are no degrees to one decimal");
  EXPECT_EQ(error_of("KZALA,Almaty,1,43.25,76.9\n"), "places.csv:3: `43.25` and `76.9` are no degrees to one decimal");
  EXPECT_EQ(error_of("KZALA,Almaty,1,43.3,\n"), "places.csv:3: `43.3` and `` are no degrees to one decimal");
  EXPECT_NE(error_of("KZALA,Almaty,1\n").find("3 fields"), std::string::npos);
  EXPECT_NE(error_of("KZALA,Almaty,1,,,x\n").find("more fields"), std::string::npos);
  EXPECT_EQ(error_of("KZALA,Almaty,1,,\nKZALA,Almaty,1,,\n"), "places.csv:4: the place KZALA stands twice");
  EXPECT_EQ(Places::read(std::vector<NamedBytes>{{"places.csv", ""}}).error().text(),
            "places.csv: expected the columns code,name,functions,latitude,longitude");
}

TEST(Places, TheShippedTableIsRead) {
  std::vector<NamedBytes> files;
  for (const auto& file : std::filesystem::directory_iterator(std::string(TAMGA_SOURCE_DIR) + "/data/places")) {
    files.push_back({file.path().filename().string(), read_file(file.path().string()).value_or("")});
  }
  const auto places = Places::read(files);
  ASSERT_TRUE(places) << places.error().text();
  EXPECT_GE(places->size(), 500U);
  for (const auto* code : {"KZDOS", "KZHOR", "KZAAU", "RUNVS", "TRMER", "GEPTI", "AZBAK", "DEHAM", "AEJEA"})
    EXPECT_NE(places->find(code), nullptr) << code;
}

}  // namespace
}  // namespace tamga::places
