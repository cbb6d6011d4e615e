#include "proxy/observe/label_table.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace sallyport::observe;

TEST_CASE("what was inserted is found again, and nothing else") {
  const auto table = std::make_unique<label_table<int>>();
  int one = 1, two = 2;
  CHECK(table->insert({"a", "bc"}, one));
  CHECK(table->insert({"ab", "c"}, two));
  CHECK(table->find({"a", "bc"}) == &one);
  CHECK(table->find({"ab", "c"}) == &two);
  CHECK(table->find({"a", "c"}) == nullptr);
  CHECK(table->size() == 2);
}

TEST_CASE("a full table takes nothing more and still finds all") {
  const auto table = std::make_unique<label_table<std::size_t>>();
  std::vector<std::size_t> numbers(label_table<std::size_t>::size_max);
  for (std::size_t i = 0; i < numbers.size(); ++i) REQUIRE(table->insert({std::to_string(i), "x"}, numbers[i]));
  std::size_t extra = 0;
  CHECK_FALSE(table->insert({"extra", "x"}, extra));
  for (std::size_t i = 0; i < numbers.size(); ++i) REQUIRE(table->find({std::to_string(i), "x"}) == &numbers[i]);
  CHECK(table->find({"extra", "x"}) == nullptr);
}

TEST_CASE("readers see whole entries while another thread inserts") {
  const auto table = std::make_unique<label_table<std::size_t>>();
  std::vector<std::size_t> numbers(2'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  std::jthread writer([&] { for (std::size_t i = 0; i < numbers.size(); ++i) table->insert({std::to_string(i)}, numbers[i]); });
  std::size_t seen = 0;
  while (seen < numbers.size())
    if (const auto* found = table->find({std::to_string(seen)})) {
      REQUIRE(*found == seen);
      ++seen;
    }
  CHECK(seen == numbers.size());
}
