#include "config/yaml_tree.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport::config;
using sallyport::tests::holds;

namespace {

struct outcome {
  node_ptr root;
  std::string said;
};

outcome read(const std::string& text) {
  report found;
  auto root = read_yaml(text, std::make_shared<const source>(source{"f", 0}), found);
  return {root, sallyport::tests::lines_of(found.problems())};
}

}  // namespace

TEST_CASE("places count from one") {
  const auto made = read("a: 1\nbb:\n  - x\n");
  REQUIRE(made.root);
  CHECK(made.root->entries[0].at.line == 1);
  CHECK(made.root->entries[0].at.column == 1);
  CHECK(made.root->find("a")->at.column == 4);
  CHECK(made.root->find("bb")->items[0]->at.line == 3);
  CHECK(made.root->find("bb")->items[0]->at.column == 5);
}

TEST_CASE("quotes are remembered, and null is told from a text") {
  const auto made = read("a: 1\nb: \"1\"\nc: '1'\nd: |\n  1\ne: ~\nf:\ng: \"\"\nh: 'null'\n");
  CHECK(made.root->find("a")->plain);
  for (const char* key : {"b", "c", "d", "g", "h"}) {
    CHECK(made.root->find(key)->is == node::shape::scalar);
    CHECK(!made.root->find(key)->plain);
  }
  CHECK(made.root->find("e")->is == node::shape::null);
  CHECK(made.root->find("f")->is == node::shape::null);
}

TEST_CASE("a key that stands twice is a problem that names both lines") {
  const auto made = read("a:\n  b: 1\n  c: 2\n  b: 3\n");
  CHECK(made.said == "f:4:3: a.b: key \"b\" stands twice, first in line 2; remove one of the two\n");
  CHECK(made.root->find("a")->find("b")->text == "1");
}

TEST_CASE("aliases are read, merge keys and tags are refused") {
  const auto made = read("a: &x {k: v}\nb: *x\n");
  CHECK(made.said.empty());
  CHECK(made.root->find("b")->find("k")->text == "v");
  CHECK(holds(read("a: &x {k: v}\nb: {<<: *x}\n").said, "f:2:5: the merge key << is not read"));
  CHECK(read("\"<<\": 1\n").said.empty());
  CHECK(holds(read("a: !!int 3\n").said, "tags are not read"));
  CHECK(holds(read("a: !secret [3]\n").said, "tags are not read"));
}

TEST_CASE("an alias inside of what it names is a loop") {
  CHECK(holds(read("a: &x [*x]\n").said, "cannot contain itself"));
  CHECK(holds(read("&x {a: *x}\n").said, "cannot contain itself"));
  CHECK(!read("a: *gone\n").said.empty());
}

TEST_CASE("an alias bomb ends at the limit of values") {
  std::string text = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  const auto made = read(text);
  CHECK(!made.root);
  CHECK(holds(made.said, "more than 200000 values"));
}

TEST_CASE("many empty collections count as values too") {
  std::string text = "[";
  for (int i = 0; i < 250'000; ++i) text += "[],";
  CHECK(holds(read(text + "]").said, "more than 200000 values"));
}

TEST_CASE("depth and size have limits") {
  CHECK(holds(read(std::string(40, '[') + std::string(40, ']')).said, "nested more than 32 levels"));
  CHECK(!read(std::string(100'000, '[')).said.empty());
  CHECK(holds(read("a: " + std::string(9u << 20, 'x')).said, "longer than 8 MiB"));
}

TEST_CASE("malformed YAML is one problem with its place") {
  CHECK(holds(read("a: [1, 2\nb: 3\n").said, "f:2:"));
  CHECK(holds(read("a: 1\n b: 2\n").said, "f:2:"));
  CHECK(holds(read("a: \"unfinished\nb: c\n\n").said, "a text in quotes begins above and is never closed"));
  CHECK(holds(read("a: 1\n---\nb: 2\n").said, "f:2:1: a second document"));
  CHECK(holds(read("a: 'unfinished\n").said, "never closed"));
  CHECK(holds(read("a: [b, c\n").said, "is not YAML"));
  CHECK(read("a: 1\n...\n").said.empty());
  CHECK(read("a: 1\n...\n...\n# end\n").said.empty());
  CHECK(read("a: |\n  text").root->find("a")->text == "text\n");
  CHECK(holds(read("? [a]\n: b\n").said, "a key must be a text"));
  CHECK(holds(read("~: b\n").said, "a key must be a text"));
  CHECK(holds(read("a: \"\\xZZ\"\n").said, "is not YAML"));
}

TEST_CASE("text after a byte that the parser takes for the end is not lost") {
  CHECK(holds(read("a: 1\n\x04\nb: 2\n").said, "f:2:1: has a control character (byte 4)"));
  CHECK(holds(read(std::string("a: 1\0b", 6)).said, "control character (byte 0)"));
}

TEST_CASE("a text that is not UTF-8 is refused where it begins to be none") {
  CHECK(holds(read("a: \xff\n").said, "f:1:4: is not UTF-8"));
  CHECK(holds(read("a: \xc0\xaf\n").said, "not UTF-8"));
  CHECK(holds(read("a: \xed\xa0\x80\n").said, "not UTF-8"));
  CHECK(holds(read("\xff\xfe" "a").said, "not UTF-8"));
  CHECK(read("a: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n").said.empty());
}

TEST_CASE("an empty text is an empty tree") {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n"}) {
    const auto made = read(text);
    REQUIRE(made.root);
    CHECK(made.root->is == node::shape::null);
  }
}
