#pragma once
/// A whole gateway for a test: started from YAML text, on ports of the system's choice, with a journal in a folder that goes with it.

#include "config/load.hpp"
#include "proxy/gateway.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace sallyport::tests {

class running_gateway {
 public:
  explicit running_gateway(const std::string& yaml) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder_ = pattern;
    const auto read = config::load(with_state(yaml), "test.yaml", config::real_surroundings());
    for (const auto& one : read.problems) FAIL_CHECK(config::to_string(one));
    REQUIRE(read.value);
    observe::logger_options log;
    log.target = observe::log_target::memory;
    auto started = gateway::start(read.value, log);
    if (started.has_error()) FAIL(started.error().client_sentence() << " " << started.error().detail);
    running = std::move(*started);
  }
  ~running_gateway() {
    running.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  running_gateway(const running_gateway&) = delete;
  running_gateway& operator=(const running_gateway&) = delete;

  std::shared_ptr<const config::settings> settings_of(const std::string& yaml) const {
    return config::load(with_state(yaml), "test.yaml", config::real_surroundings()).value;
  }
  std::uint16_t port() const { return running->api_port(); }
  std::string store() const { return folder_ + "/state.db"; }
  std::string journal(int worker = 0) const { return folder_ + "/journal-" + std::to_string(worker); }

  std::unique_ptr<gateway> running;

 private:
  std::string with_state(const std::string& yaml) const {
    return "version: 1\nlisten: {address: \"127.0.0.1:0\", workers: 2, drain_timeout: 2s}\nadmin: {address: \"127.0.0.1:0\"}\nstate: {journal: " + folder_ +
           ", journal_size: 16MiB}\nallow_inline_secrets: true\n" + yaml;
  }

  std::string folder_;
};

}  // namespace sallyport::tests
