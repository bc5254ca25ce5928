#include "base/json.hpp"

#include <gmock/gmock.h>

namespace saccade {
namespace {

using testing::HasSubstr;

std::string parse_message(const std::string& text) {
  try {
    parse_json(text, "f");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

std::string patch_message(Json document, const std::string& pointer, const std::string& text) {
  try {
    patch_json(document, pointer, text, "f");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(parse_json(R"({"b": 1, "a": [2, null]})", "f").dump(), R"({"b":1,"a":[2,null]})");
}

TEST(Json, RepeatedKeysAreAllReported) {
  EXPECT_EQ(parse_message(R"({"a": 1, "b": [{}, {"c/d": 1, "c/d": 2}], "a": 3})"),
            "f: /b/1/c~1d: this key stands twice in its object\n"
            "f: /a: this key stands twice in its object");
  EXPECT_EQ(parse_message(R"([{"a": 1}, {"a": 1}])"), "");  // two objects
}

TEST(Json, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(parse_message(nested(64)), "");
  EXPECT_THAT(parse_message(nested(66)), HasSubstr("is nested deeper than 64 levels"));
  EXPECT_THAT(parse_message(std::string(1'000'000, '[')), HasSubstr("/0/0/0"));
}

TEST(Json, BrokenTextIsRefused) {
  EXPECT_EQ(parse_message(""), "f: is empty, expected JSON");
  for (const char* text : {"{", "{\"a\": 1} x", "{'a': 1}", "[1,]", "NaN", "1e999", "\"\xff\"",
                           "// comment\n1", "01", "+1"}) {
    EXPECT_THAT(parse_message(text), HasSubstr("f: is not valid JSON: ")) << text;
    EXPECT_THAT(parse_message(text), testing::Not(HasSubstr("json.exception"))) << text;
  }
}

TEST(Json, PointerTokensAreEscaped) {
  EXPECT_EQ(pointer_token("a/b~c"), "a~1b~0c");
  EXPECT_EQ(pointer_token(""), "");
}

TEST(Json, CursorSaysWhereAndWhat) {
  const Json document = parse_json(R"({"a/b": [10, {"c": "x"}]})", "f");
  Mistakes mistakes;
  const std::string file = "f";
  const Cursor root(document, file, mistakes);
  root.at("a/b").at(std::size_t{1}).at("c").fail_expected("a number");
  root.fail("lacks 'd'");
  ASSERT_EQ(mistakes.size(), 2u);
  EXPECT_EQ(to_string(mistakes.list()[0]), "f: /a~1b/1/c: is \"x\", expected a number");
  EXPECT_EQ(to_string(mistakes.list()[1]), "f: /: lacks 'd'");
}

TEST(Json, LongValuesAreCutBetweenCharacters) {
  const Json document = std::string(35, 'a') + "\u00e4\u00e4\u00e4\u00e4";  // 2 bytes each
  Mistakes mistakes;
  const std::string file = "f";
  Cursor(document, file, mistakes).fail_expected("less");
  EXPECT_EQ(mistakes.list()[0].message, "is \"" + std::string(35, 'a') + "..., expected less");
}

TEST(Json, PatchSetsValuesAndNewKeys) {
  Json document = parse_json(R"({"a": {"b": [1, 2]}, "c": "x"})", "f");
  patch_json(document, "/a/b/1", "7", "f");
  patch_json(document, "/c", "plain text", "f");
  patch_json(document, "/a/new", R"({"k": [true]})", "f");
  patch_json(document, "/big", "1e999",
             "f");  // beyond a double: stays text, for the schema to refuse
  EXPECT_EQ(document.dump(),
            R"({"a":{"b":[1,7],"new":{"k":[true]}},"c":"plain text","big":"1e999"})");
}

TEST(Json, PatchToNowhereChangesNothing) {
  const Json document = parse_json(R"({"dram": {"channels": 1}, "list": [1], "n": 3})", "f");
  struct Case {
    const char* pointer;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{
           {"", "names the whole document"},
           {"/drum/channels", "points nowhere in this file, did you mean 'dram'?"},
           {"/dram/channls/x", "points nowhere in this file, did you mean 'channels'?"},
           {"/list/1", "points nowhere"},
           {"/list/-", "points nowhere"},
           {"/list/01", "points nowhere in this file"},
           {"/list/x", "points nowhere in this file"},
           {"/n/x", "points nowhere"},
           {"no_slash", "is not a JSON pointer"},
           {"/~3", "is not a JSON pointer"}}) {
    EXPECT_THAT(patch_message(document, c.pointer, "1"), HasSubstr(c.message)) << c.pointer;
    EXPECT_EQ(document.dump(), R"({"dram":{"channels":1},"list":[1],"n":3})");
  }
  EXPECT_THAT(patch_message(document, "/n", std::string(100'000, '[') + std::string(100'000, ']')),
              HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace saccade
