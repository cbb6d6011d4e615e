#include "proxy/policy/output_forecast.hpp"

#include <doctest/doctest.h>

#include <limits>

using sallyport::policy::output_forecast;

namespace {

void learn(output_forecast& of, std::int64_t tokens, int times) {
  for (int i = 0; i < times; ++i) of.learn(tokens);
}

}  // namespace

TEST_CASE("before fifty answers max_tokens is reserved, else what the configuration says") {
  output_forecast forecast;
  learn(forecast, 10, 49);
  CHECK_FALSE(forecast.learned());
  CHECK(forecast.reserve(32'000, 1'000) == 32'000);
  CHECK(forecast.reserve(std::nullopt, 1'000) == 1'000);
}

TEST_CASE("from fifty answers on the 90th percentile is reserved, at most an eighth too much, and never more than max_tokens") {
  output_forecast forecast;
  learn(forecast, 100, 90);
  learn(forecast, 5'000, 10);
  CHECK(forecast.reserve(32'000, 1'000) >= 100);
  CHECK(forecast.reserve(32'000, 1'000) <= 112);
  CHECK(forecast.reserve(std::nullopt, 1'000) <= 112);
  CHECK(forecast.reserve(64, 1'000) == 64);
  learn(forecast, 5'000, 20);
  CHECK(forecast.reserve(32'000, 1'000) >= 5'000);
  CHECK(forecast.reserve(32'000, 1'000) <= 5'625);
}

TEST_CASE("the newer answers count more: a change of habit is learned") {
  output_forecast forecast;
  learn(forecast, 4'000, 5'000);
  learn(forecast, 50, 3'000);
  CHECK(forecast.learned().value() >= 50);
  CHECK(forecast.learned().value() <= 56);
}

TEST_CASE("no count of tokens falls out of the table") {
  output_forecast forecast;
  learn(forecast, std::numeric_limits<std::int64_t>::max(), 60);
  CHECK(forecast.learned().value() > 16'000'000);
  output_forecast nothing;
  learn(nothing, -3, 30);
  learn(nothing, 0, 30);
  CHECK(nothing.learned() == 0);
}

TEST_CASE("each bucket's upper edge is at least what is in it and at most an eighth above") {
  for (std::int64_t tokens : {1, 7, 8, 9, 15, 16, 17, 31, 100, 127, 128, 1'000, 65'535, 65'536, 1'234'567}) {
    CAPTURE(tokens);
    output_forecast forecast;
    learn(forecast, tokens, 50);
    CHECK(forecast.learned().value() >= tokens);
    CHECK(forecast.learned().value() <= tokens + tokens / 8);
  }
}
