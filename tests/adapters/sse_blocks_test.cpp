#include "adapters/sse_blocks.hpp"

#include "adapters/json_write.hpp"

#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace sallyport;
using tests::corpora;

namespace {

// What a browser would raise, and all bytes that came out.
struct seen {
  struct raised {
    std::string type, data, id;
    bool operator==(const raised&) const = default;
  };
  std::vector<raised> events;
  std::optional<std::uint64_t> retry;
  std::string raw;
  bool operator==(const seen&) const = default;
};

// The blocks hand bytes on as they came; the vectors expect them decoded.
std::string decoded(std::string_view bytes) { return std::string(boost::json::parse(json_string(bytes)).as_string()); }

void drain(sse_blocks& blocks, seen& into) {
  while (const sse_block* block = blocks.next()) {
    into.raw += block->raw;
    if (block->unfinished) continue;
    if (block->retry_ms) into.retry = block->retry_ms;
    if (block->has_data)
      into.events.push_back({block->type.empty() ? "message" : decoded(block->type), decoded(block->data), decoded(block->id)});
  }
}

seen fed_in(const std::vector<std::string_view>& pieces) {
  sse_blocks blocks;
  seen all;
  for (std::string_view piece : pieces) {
    // A piece of its own allocation: a view kept too long is found by the sanitizers.
    const std::string own(piece);
    blocks.feed(own);
    drain(blocks, all);
  }
  blocks.end();
  drain(blocks, all);
  return all;
}

seen fed_bytewise(std::string_view bytes) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  return fed_in(pieces);
}

std::string from_hex(std::string_view hex) {
  std::string made;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) made += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return made;
}

seen expected_of(const boost::json::object& vector) {
  seen wanted;
  wanted.raw = from_hex(vector.at("input_hex").as_string());
  for (const auto& one : vector.at("events").as_array()) {
    const auto text = [&](const char* name) { return std::string(one.at(name).as_string()); };
    wanted.events.push_back({text("event"), text("data"), text("lastEventId")});
  }
  return wanted;
}

}  // namespace

TEST_CASE("every event source vector is read alike whole, byte by byte and at every pair of splits") {
  if (!corpora()) return tests::say_skipped("no corpora: event source vectors");
  const auto vectors = boost::json::parse(tests::whole_file(*corpora() / "wpt-eventsource" / "vectors.json")).as_array();
  REQUIRE(vectors.size() >= 31);
  for (const auto& each : vectors) {
    const auto& vector = each.as_object();
    CAPTURE(std::string(vector.at("name").as_string()));
    seen wanted = expected_of(vector);
    const std::string bytes = wanted.raw;
    const std::string_view all = bytes;
    wanted.retry = fed_in({all}).retry;
    if (const auto* retry = vector.if_contains("retry"); retry && retry->is_int64()) wanted.retry = retry->as_int64();
    CHECK(fed_in({all}).events == wanted.events);
    CHECK(fed_in({all}) == wanted);
    CHECK(fed_bytewise(all) == wanted);
    std::size_t wrong = 0;
    // The longest vector has some 2,000 bytes; its pairs are walked in steps.
    const std::size_t step = all.size() > 400 ? all.size() / 97 : 1;
    for (std::size_t a = 0; a <= all.size(); a += step)
      for (std::size_t b = a; b <= all.size(); b += step)
        if (!(fed_in({all.substr(0, a), all.substr(a, b - a), all.substr(b)}) == wanted)) ++wrong;
    CHECK(wrong == 0);
  }
}

TEST_CASE("a CR at the end of what was fed raises its event at once, and the LF behind it raises none") {
  sse_blocks blocks;
  blocks.feed("data: 1\r\n\r");
  const sse_block* first = blocks.next();
  REQUIRE(first);
  CHECK(first->data == "1");
  CHECK_FALSE(blocks.next());

  blocks.feed("\ndata: 2\r\n\r\n");
  const sse_block* second = blocks.next();
  REQUIRE(second);
  CHECK(second->data == "2");
  CHECK(second->raw == "\ndata: 2\r\n\r\n");
  CHECK_FALSE(blocks.next());
}

TEST_CASE("what the wire cut off comes out as it is, marked unfinished") {
  sse_blocks blocks;
  blocks.feed("data: whole\n\ndata: half");
  REQUIRE(blocks.next());
  CHECK_FALSE(blocks.next());

  blocks.end();
  const sse_block* tail = blocks.next();
  REQUIRE(tail);
  CHECK(tail->raw == "data: half");
  CHECK(tail->unfinished);
  CHECK_FALSE(blocks.next());
}

TEST_CASE("the error field, which no standard knows, is read") {
  sse_blocks blocks;
  blocks.feed("error: {\"code\":500}\n\n");
  const sse_block* block = blocks.next();
  REQUIRE(block);
  REQUIRE(block->error);
  CHECK(*block->error == "{\"code\":500}");
  CHECK_FALSE(block->has_data);
}

TEST_CASE("an event of 15 MiB in pieces of 16 KiB is read in linear time") {
  const std::string text(15 * 1024 * 1024, 'x');
  const std::string bytes = "data: " + text + "\n\n";
  sse_blocks blocks;
  std::size_t events = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 16 * 1024) {
    blocks.feed(std::string_view(bytes).substr(at, 16 * 1024));
    while (const sse_block* block = blocks.next()) {
      ++events;
      CHECK(block->data.size() == text.size());
      CHECK(block->raw.size() == bytes.size());
    }
  }
  CHECK(events == 1);
}

TEST_CASE("a megabyte of lines that end in CR alone is read in linear time") {
  std::string bytes;
  for (int i = 0; i < 300'000; ++i) bytes += "data\r";
  bytes += "\r";
  const seen all = fed_in({bytes});
  REQUIRE(all.events.size() == 1);
  CHECK(all.events[0].data.size() == 299'999);
  CHECK(all.raw == bytes);
}

TEST_CASE("an event above 16 MiB is refused aloud, whole or in pieces, and no byte is lost") {
  const std::string bytes = "data: a\n\ndata: " + std::string(17 * 1024 * 1024, 'x') + "\n\ndata: b\n\n";
  for (const std::size_t piece : {bytes.size(), std::size_t{1024 * 1024}}) {
    CAPTURE(piece);
    sse_blocks blocks;
    std::string raw;
    std::size_t refused = 0, events = 0;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      blocks.feed(std::string_view(bytes).substr(at, piece));
      while (const sse_block* block = blocks.next()) {
        raw += block->raw;
        refused += block->too_large;
        events += block->has_data;
      }
    }
    CHECK(refused == 1);
    CHECK(events == 1);
    CHECK(raw == bytes);
  }
}
