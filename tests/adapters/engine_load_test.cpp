#include "adapters/engine_load.hpp"

#include <doctest/doctest.h>

using namespace sallyport;

namespace {

const engine_metrics vllm{.path = "/metrics", .waiting = "vllm:num_requests_waiting", .kv_use = "vllm:kv_cache_usage_perc"};

}  // namespace

TEST_CASE("what waits is summed over the engine's parts, and the fullest cache counts") {
  const auto said = read_engine_load(
      "# HELP vllm:num_requests_waiting Number of requests waiting to be processed.\n"
      "# TYPE vllm:num_requests_waiting gauge\n"
      "vllm:num_requests_waiting{engine=\"0\",model_name=\"qwen\"} 3.0\n"
      "vllm:num_requests_waiting{engine=\"1\",model_name=\"qwen\"} 4.0\r\n"
      "vllm:num_requests_waiting_by_reason{reason=\"capacity\",model_name=\"qwen\"} 100.0\n"
      "vllm:kv_cache_usage_perc{engine=\"0\",model_name=\"qwen\"} 0.25\n"
      "vllm:kv_cache_usage_perc{engine=\"1\",model_name=\"qwen\"} 9.5e-01",
      vllm, "qwen");
  REQUIRE(said);
  CHECK(said->waiting == 7);
  CHECK(said->kv_use == doctest::Approx(0.95));
}

TEST_CASE("of several models in one engine the deployment's own counts, if it is told apart") {
  const std::string text =
      "vllm:num_requests_waiting{model_name=\"qwen\"} 3\n"
      "vllm:num_requests_waiting{model_name=\"other\"} 5\n";
  CHECK(read_engine_load(text, vllm, "qwen")->waiting == 3);
  CHECK(read_engine_load(text, vllm, "adapter")->waiting == 8);
}

TEST_CASE("without labels, and an engine that does not tell of its cache") {
  const engine_metrics llamacpp{.path = "/metrics", .waiting = "llamacpp:requests_deferred", .kv_use = {}};
  const auto said = read_engine_load("llamacpp:requests_processing 2\nllamacpp:requests_deferred 6 1700000000\n", llamacpp, "m");
  REQUIRE(said);
  CHECK(said->waiting == 6);
  CHECK_FALSE(said->kv_use);
}

TEST_CASE("missing is not zero, and nonsense is missing") {
  for (const char* text : {"", "\n\n", "vllm:num_requests_running 3\n", "vllm:num_requests_waiting NaN\n", "vllm:num_requests_waiting{x=\"y\" 3\n",
                           "vllm:num_requests_waiting -1\n", "vllm:num_requests_waiting", "vllm:num_requests_waiting \n", "<html>busy</html>"}) {
    CAPTURE(text);
    CHECK_FALSE(read_engine_load(text, vllm, "m"));
  }
}
