#include "hardware/origins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"

namespace saccade {
namespace {

using testing::ElementsAre;

Json document() {
  return parse_json(R"({
    "note": "of all", "clock": 5, "depth": 4,
    "assumptions": {"/depth": "a guess", "/parts": "guesses", "/parts/1/b": "a better guess"},
    "parts": [{"a": 1, "source": "a book", "note": "page 3"}, {"b": 2, "in": {"c": 3}}],
    "plain": {"note": "of plain", "in": {"d": 4}}})",
                    "f.json");
}

TEST(Origins, AreTheNearestNoteUnlessAssumed) {
  const Origins origins(document(), "f.json");
  EXPECT_EQ(origins.of("/clock").source, "f.json /clock: of all");
  EXPECT_EQ(origins.of("/plain/in/d").source, "f.json /plain/in/d: of plain");
  EXPECT_FALSE(origins.of("/plain/in/d").assumption);
  EXPECT_EQ(origins.of("/depth").source, "f.json /depth: assumption: a guess");
  EXPECT_TRUE(origins.of("/depth").assumption);
  EXPECT_EQ(origins.of("/missing").source, "f.json /missing: left out, the default");
  Json sourced = document();
  sourced.erase("assumptions");
  EXPECT_EQ(Origins(sourced, "f.json").of("/parts/0/a").source, "f.json /parts/0/a: a book page 3");
}

TEST(Origins, TheInnermostAssumptionSpeaksForAllWithin) {
  const Origins origins(document(), "f.json");
  EXPECT_EQ(origins.of("/parts/0/a").source, "f.json /parts/0/a: assumption: guesses");
  EXPECT_EQ(origins.of("/parts/1/in/c").source, "f.json /parts/1/in/c: assumption: guesses");
  EXPECT_EQ(origins.of("/parts/1/b").source, "f.json /parts/1/b: assumption: a better guess");
}

TEST(Origins, PatchesAreTheCommandLines) {
  const Origins origins(document(), "f.json", {"/depth", "/parts/0"});
  EXPECT_EQ(origins.of("/depth").source, "command line");
  EXPECT_FALSE(origins.of("/depth").assumption);
  EXPECT_EQ(origins.of("/parts/0/a").source, "command line");
  EXPECT_EQ(origins.of("/parts/1/b").source, "f.json /parts/1/b: assumption: a better guess");
}

TEST(Origins, ReasonsOfPatchedValuesAreDropped) {
  EXPECT_EQ(without_patched(document(), {"/parts/1", "/depth"})["assumptions"],
            Json({{"/parts", "guesses"}}));
  EXPECT_EQ(without_patched(document(), {}), document());
  EXPECT_EQ(without_patched(Json(3), {"/a"}), Json(3));
}

TEST(Origins, OfNothingKnowNothing) {
  EXPECT_EQ(Origins().of("/clock").source, "");
  EXPECT_FALSE(Origins().of("/clock").assumption);
}

TEST(Origins, NameShippedFilesFromTheDataFolder) {
  EXPECT_EQ(Origins(Json::object(), data_dir() + "/configs/x.json").file(), "configs/x.json");
  EXPECT_EQ(Origins(Json::object(), "/elsewhere/x.json").file(), "/elsewhere/x.json");
}

TEST(Assumed, PointersMustNameValues) {
  struct Case {
    const char* pointer;
    bool good;
  };
  for (const Case& c : {Case{"/parts/1/b", true},
                        {"/parts", true},
                        {"/clock", true},
                        {"/parts/2", false},
                        {"/parts/x", false},
                        {"/clok", false},
                        {"clock", false},
                        {"", false},
                        {"/parts/~2", false}}) {
    Json json = document();
    json["assumptions"] = {{c.pointer, "why"}};
    Mistakes mistakes;
    const std::string file = "f.json";
    // The other keys of the document are another record's: only what the rule says counts.
    const Cursor cursor(json, file, mistakes);
    struct File : Assumed {
      int clock = 0, depth = 0;
    };
    Record<File> record = Record<File>("a file").include(assumed_record());
    record.ignored("clock").ignored("depth").ignored("parts").ignored("plain");
    record.read(cursor);
    EXPECT_EQ(mistakes.empty(), c.good) << c.pointer;
    if (c.good) continue;
    ASSERT_EQ(mistakes.size(), 1u) << c.pointer;
    EXPECT_EQ(to_string(mistakes.list()[0]),
              fmt::format("f.json: /assumptions: names \"{}\", expected JSON pointers of values of "
                          "this file",
                          c.pointer));
  }
}

}  // namespace
}  // namespace saccade
