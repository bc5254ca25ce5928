#include "base/schema.hpp"

#include <gmock/gmock.h>

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Reads `text` as a value of this type; the messages if it is none.
template <class M>
std::pair<std::optional<M>, std::vector<std::string>> read_as(const Type<M>& type,
                                                              const std::string& text) {
  const Json json = Json::parse(text);
  Mistakes mistakes;
  const std::string file = "f";
  auto value = type.read(Cursor(json, file, mistakes));
  std::vector<std::string> messages;
  for (const Mistake& mistake : mistakes.list()) {
    messages.push_back(mistake.pointer + ": " + mistake.message);
  }
  EXPECT_EQ(value.has_value(), messages.empty()) << text;
  return {value, messages};
}

TEST(Schema, Integers) {
  const auto type = integer<int>(-2, 9'000'000);
  EXPECT_EQ(read_as(type, "-2").first, -2);
  EXPECT_EQ(read_as(type, "3.0").first, 3);
  EXPECT_EQ(read_as(type, "1e6").first, 1'000'000);
  for (const char* text : {"-3", "9000001", "3.7", "\"3\"", "true", "null", "[3]", "1e300",
                           "18446744073709551615", "-9223372036854775808"}) {
    EXPECT_THAT(read_as(type, text).second,
                ElementsAre(HasSubstr("expected an integer from -2 to 9000000")))
        << text;
  }
}

TEST(Schema, IntegersUpToTheirLimit) {
  const auto type = integer<std::int64_t>(0, std::numeric_limits<long long>::max());
  EXPECT_EQ(read_as(type, "9223372036854775807").first, std::numeric_limits<long long>::max());
  EXPECT_FALSE(read_as(type, "9223372036854775808").first);
  EXPECT_FALSE(read_as(type, "9.3e18").first);  // a double that is no exact integer any more
}

TEST(Schema, Numbers) {
  const auto type = number(0.5, 10);
  EXPECT_EQ(read_as(type, "0.5").first, 0.5);
  EXPECT_EQ(read_as(type, "10").first, 10.0);
  for (const char* text : {"0.49", "10.01", "\"1\"", "null", "false", "{}"}) {
    EXPECT_THAT(read_as(type, text).second, ElementsAre(HasSubstr("a number from 0.5 to 10")));
  }
}

TEST(Schema, TextsAndBooleans) {
  EXPECT_EQ(read_as(text("a buffer"), "\"x\"").first, "x");
  EXPECT_THAT(read_as(text("a buffer"), "\"\"").second, ElementsAre(HasSubstr("a buffer (text)")));
  EXPECT_EQ(read_as(boolean(), "false").first, false);
  EXPECT_FALSE(read_as(boolean(), "0").first);
  EXPECT_FALSE(read_as(boolean(), "\"true\"").first);
}

TEST(Schema, Choices) {
  const auto type = choice<int>({{"open", 1}, {"closed", 2}});
  EXPECT_EQ(read_as(type, "\"closed\"").first, 2);
  EXPECT_THAT(read_as(type, "\"close\"").second,
              ElementsAre("/: is \"close\", expected one of open, closed, did you mean 'closed'?"));
  EXPECT_FALSE(read_as(type, "1").first);
}

TEST(Schema, ListsReportEveryElement) {
  const auto type = list(integer<int>(1, 9), 2, 4);
  EXPECT_THAT(*read_as(type, "[1, 2]").first, ElementsAre(1, 2));
  EXPECT_THAT(read_as(type, "[0, 2, 10]").second,
              ElementsAre(HasSubstr("/0: is 0"), HasSubstr("/2: is 10")));
  for (const char* text : {"[1]", "[1,2,3,4,5]", "{}", "3"}) {
    EXPECT_THAT(read_as(type, text).second, ElementsAre(HasSubstr("a list of 2 to 4 values")));
  }
}

TEST(Schema, OneValueOrAList) {
  const auto type = one_or_list(integer<int>(1, 9), 1, 3);
  EXPECT_THAT(*read_as(type, "4").first, ElementsAre(4));
  EXPECT_THAT(*read_as(type, "[4]").first, ElementsAre(4));
  EXPECT_THAT(*read_as(type, "[4, 5, 6]").first, ElementsAre(4, 5, 6));
  EXPECT_THAT(read_as(type, "0").second, ElementsAre("/: is 0, expected an integer from 1 to 9"));
  EXPECT_THAT(read_as(type, "[4, 0]").second, ElementsAre(HasSubstr("/1: is 0")));
  EXPECT_THAT(read_as(type, "[[4]]").second, ElementsAre(HasSubstr("/0: is [4]")));
  for (const char* text : {"[]", "[1, 2, 3, 4]"}) {
    EXPECT_THAT(read_as(type, text).second, ElementsAre(HasSubstr("a list of 1 to 3 values")));
  }
  EXPECT_EQ(type.expected,
            "an integer from 1 to 9, or a list of 1 to 3 values, each an integer from 1 to 9");
  ASSERT_EQ(type.schema.at("oneOf").size(), 2u);
  EXPECT_EQ(type.schema.at("oneOf").at(0), integer<int>(1, 9).schema);
  EXPECT_EQ(type.schema.at("oneOf").at(1), list(integer<int>(1, 9), 1, 3).schema);
}

TEST(Schema, Dictionaries) {
  const auto free = dictionary(integer<int>(1, 9));
  EXPECT_EQ(read_as(free, R"({"x": 3})").first->at("x"), 3);
  EXPECT_THAT(read_as(free, R"({"x": 0, "y": 0})").second, testing::SizeIs(2));
  const auto closed = dictionary(integer<int>(1, 9), {"add", "multiply"});
  EXPECT_THAT(*read_as(closed, R"({"add": 1, "note": "free text"})").first, testing::SizeIs(1));
  EXPECT_THAT(read_as(closed, R"({"ad": 1})").second,
              ElementsAre("/ad: is unknown, expected one of add, multiply, did you mean 'add'?"));
  EXPECT_THAT(read_as(closed, R"({"note": 1})").second, testing::SizeIs(1));
}

struct Part {
  std::string name;
  int size = 0;
  std::optional<double> share;
  std::vector<std::string> tags;
};

const Record<Part>& part_record() {
  static const auto record =
      Record<Part>("a part")
          .field("name", &Part::name, text(), "its name")
          .field("size", &Part::size, integer<int>(1, 9), "its size", 4)
          .field("share", &Part::share, optional(number(0, 1)), "its share",
                 std::optional<double>())
          .field("tags", &Part::tags, list(text("a tag"), 0, 3), "tags", std::vector<std::string>())
          .rule([](const Part& part, const Cursor& cursor) {
            if (part.size == 7) cursor.at("size").fail("is an unlucky size");
          });
  return record;
}

TEST(Schema, RecordTakesDefaults) {
  const Part part = read_record(part_record(), Json::parse(R"({"name": "a"})"), "f");
  EXPECT_EQ(part.size, 4);
  EXPECT_FALSE(part.share.has_value());
  EXPECT_TRUE(part.tags.empty());
}

TEST(Schema, RecordReportsEverythingAtOnce) {
  const auto [part, messages] =
      read_as(object(part_record()), R"({"sise": 2, "size": 10, "share": "x", "note": 3})");
  EXPECT_THAT(
      messages,
      ElementsAre(HasSubstr("/sise: is unknown in a part, expected one of name, size, "
                            "share, tags, did you mean 'size'?"),
                  "/note: is 3, expected text", "/: lacks 'name', expected a name",
                  "/size: is 10, expected an integer from 1 to 9", HasSubstr("/share: is \"x\"")));
}

TEST(Schema, RulesRunOnReadObjectsOnly) {
  const auto type = object(part_record());
  EXPECT_THAT(read_as(type, R"({"name": "a", "size": 7})").second,
              ElementsAre("/size: is an unlucky size"));
  EXPECT_THAT(read_as(type, R"({"name": 1, "size": 7})").second, testing::SizeIs(1));
  EXPECT_THAT(read_as(type, "[]").second, ElementsAre("/: is [], expected an object: a part"));
}

TEST(Schema, FreeTextMayStandAnywhere) {
  for (const std::string& key : free_text_keys()) {
    EXPECT_TRUE(is_free_text_key(key));
    Json document = {{"name", "a"}};
    document[key] = "text";
    EXPECT_NO_THROW(read_record(part_record(), document, "f")) << key;
  }
  EXPECT_FALSE(is_free_text_key("remark"));
}

struct Round {
  int radius = 0;
};
struct Square {
  int side = 0;
};
using Shape = std::variant<Round, Square>;

Type<Shape> shape_type() {
  return Tagged<Shape>("kind")
      .add("round",
           Record<Round>("a disc").field("radius", &Round::radius, integer<int>(1, 9), "r"))
      .add("square",
           Record<Square>("a square").field("side", &Square::side, integer<int>(1, 9), "s"))
      .type();
}

TEST(Schema, TagChoosesTheRecord) {
  const auto shape = read_as(shape_type(), R"({"kind": "square", "side": 3})").first;
  EXPECT_EQ(std::get<Square>(*shape).side, 3);
  EXPECT_THAT(read_as(shape_type(), R"({"kind": "square", "radius": 3})").second,
              ElementsAre(HasSubstr("/radius: is unknown"), HasSubstr("lacks 'side'")));
  EXPECT_THAT(
      read_as(shape_type(), R"({"kind": "sqare"})").second,
      ElementsAre(HasSubstr("/kind: is \"sqare\", expected one of round, square, did you")));
  for (const char* text : {R"({"side": 3})", R"({"kind": 3})", "3"}) {
    EXPECT_THAT(read_as(shape_type(), text).second,
                ElementsAre(HasSubstr("an object whose 'kind' is one of round, square")));
  }
}

TEST(Schema, JsonSchemaSaysTheSame) {
  const Json schema = part_record().schema();
  EXPECT_EQ(schema.at("required"), Json({"name"}));
  EXPECT_EQ(schema.at("additionalProperties"), false);
  const Json& properties = schema.at("properties");
  EXPECT_EQ(properties.at("size"), Json::parse(R"({"type": "integer", "minimum": 1, "maximum": 9,
                            "description": "its size", "default": 4})"));
  EXPECT_EQ(properties.at("tags").at("maxItems"), 3);
  EXPECT_EQ(properties.at("note").at("type"), "string");
  const Json shapes = shape_type().schema;
  EXPECT_EQ(shapes.at("oneOf").at(1).at("properties").at("kind"), Json({{"const", "square"}}));
  const Json closed = dictionary(boolean(), {"a"}).schema;
  EXPECT_TRUE(closed.at("properties").contains("note"));
  EXPECT_EQ(closed.at("additionalProperties"), false);
}

TEST(Schema, DocumentationHasALinePerField) {
  const auto lines = part_record().documentation();
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[1], ElementsAre("size", "an integer from 1 to 9", "its size"));
}

}  // namespace
}  // namespace saccade
