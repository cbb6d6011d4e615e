#pragma once
/// A whole request through the pipeline under virtual time: scripted upstreams, a client made of memory, a real journal in a folder of its
/// own.

#include "proxy/ledger/journal.hpp"
#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/pipeline.hpp"
#include "proxy/words/request_id.hpp"
#include "tests/support/relay_rig.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::tests {

class exchange_rig {
 public:
  explicit exchange_rig(const std::vector<std::string>& deployments, std::size_t journal_bytes = ledger::journal::bytes_min) : wire(time) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sallyport-exchange-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()));
    folder_ = pattern;
    auto opened = ledger::journal::open(journal_path(), journal_bytes);
    REQUIRE(opened.has_value());
    journal = std::move(*opened);
    const auto chat = make_model("chat", deployments);
    for (const auto& one : chat->try_in_order) settings->deployments[one->name] = one;
    settings->models.emplace("chat", chat);
    lent = std::make_unique<stages::worker_parts>(stages::worker_parts{wire, time, *journal, metrics, log, room, guesses, sessions, texts, [] { return 0.0; },
                                                                               [this](std::function<void()> what) { boost::asio::post(on, std::move(what)); }});
  }
  ~exchange_rig() {
    held_.reset();   // with what still waits in it, before that loses what it refers to
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  exchange_rig(const exchange_rig&) = delete;
  exchange_rig& operator=(const exchange_rig&) = delete;

  /// A streamed request has come in: its exchange, ready for run(), kept by the rig.
  stages::exchange& arrived() {
    auto& x = exchanges_.emplace_back(std::make_unique<stages::exchange>(*lent, std::make_shared<const stages::generation>(7, settings, accounts, fleet)));
    x->head.request_id = make_request_id(time.wall());
    x->where.what = stages::page::call;
    x->where.asks = operation::chat_completions;
    x->body = R"({"model":"chat","messages":[{"role":"user","content":"hi"}],"max_tokens":5,"stream":true})";
    x->head.began = x->began = time.now();
    return *x;
  }

  /// Begins to serve it; it goes on as time passes.
  void begin(stages::exchange& x) {
    ended = false;
    boost::asio::co_spawn(on.get_executor(), serve(x), boost::asio::detached);
  }
  /// Serves it to its end. False: it would have waited for ever.
  bool run(stages::exchange& x) {
    begin(x);
    return time.run_until([this] { return ended; });
  }

  std::vector<ledger::stored_row> rows() const {
    auto read = ledger::read_journal(journal_path());
    REQUIRE(read.has_value());
    return std::move(read->rows);
  }
  std::string journal_path() const { return folder_ + "/journal-0"; }

 private:
  std::unique_ptr<boost::asio::io_context> held_ = std::make_unique<boost::asio::io_context>(1);

 public:
  boost::asio::io_context& on = *held_;
  virtual_clock time{on};
  scripted_transport wire;
  recording_sink client;
  observe::metrics metrics{"test"};
  observe::logger log{{.target = observe::log_target::memory}};
  stages::capacity room;
  stages::key_guesses guesses;
  stages::conversations sessions;
  call_text texts;
  stages::accounts accounts;
  stages::fleet_health fleet;
  std::unique_ptr<ledger::journal> journal;
  std::shared_ptr<config::settings> settings = std::make_shared<config::settings>();
  std::unique_ptr<stages::worker_parts> lent;
  bool ended = false;

 private:
  task<void> serve(stages::exchange& x) {
    co_await stages::run_pipeline(x, client);
    ended = true;
  }

  std::string folder_;
  std::vector<std::unique_ptr<stages::exchange>> exchanges_;
};

}  // namespace sallyport::tests
