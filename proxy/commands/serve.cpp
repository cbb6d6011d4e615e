#include "proxy/commands/serve.hpp"

#include "proxy/commands/configuration.hpp"
#include "proxy/gateway.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <csignal>
#include <iostream>

namespace sallyport::commands {
namespace {

/// The signals of a running gateway. Lives on the main thread.
class signal_watch {
 public:
  signal_watch(boost::asio::io_context& on, gateway& running, std::string file)
      : on_(on), running_(running), file_(std::move(file)), signals_(on, SIGTERM, SIGINT, SIGHUP) {
    wait();
    running_.offer_place([this] { boost::asio::post(on_, [this] { on_.stop(); }); });
  }

 private:
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int number) {
      if (error) return;
      number == SIGHUP ? reload() : end();
      wait();
    });
  }

  void reload() {
    const auto read = read_configuration(file_);
    if (read.value)
      running_.reload(read.value);
    else
      running_.reload_refused(to_string(read.problems.front()));
  }

  void end() {
    if (draining_) {
      on_.stop();
      return;
    }
    draining_ = true;
    running_.drain([this] { boost::asio::post(on_, [this] { on_.stop(); }); });
  }

  boost::asio::io_context& on_;
  gateway& running_;
  std::string file_;
  boost::asio::signal_set signals_;
  bool draining_ = false;
};

result<observe::logger_options> log_options(const serve_options& options) {
  observe::logger_options log;
  const auto least = observe::level_named(options.log_level);
  if (!least) return fail_with(failure_kind::internal, "--log-level takes debug, info, warn or error.");
  log.least = *least;
  log.format = options.log_format == "json"   ? observe::log_format::json
               : options.log_format == "text" ? observe::log_format::text
                                              : observe::format_for(log.target);
  return log;
}

/// A core dump would hold prompts and keys. A limit of one byte is too small for a file, and the one value at which Linux starts no program
/// that collects dumps either (core(5), "Piping core dumps to a program", and fs/coredump.c).
void allow_no_core_dumps() {
  const rlimit one_byte{1, 1};
  ::setrlimit(RLIMIT_CORE, &one_byte);
}

}  // namespace

int serve(const serve_options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!options.core_dumps) allow_no_core_dumps();
  const auto log = log_options(options);
  if (log.has_error()) {
    std::cerr << log.error().client_sentence() << '\n';
    return failed;
  }
  const auto read = read_configuration(options.file);
  print_problems(read, std::cerr);
  if (!read.value) return bad_configuration;
  boost::asio::io_context on{1};
  auto running = gateway::start(read.value, *log, options.take_over);
  if (running.has_error()) {
    std::cerr << running.error().client_sentence() << (running.error().detail.empty() ? "" : " (" + running.error().detail + ")") << '\n';
    return failed;
  }
  const signal_watch watch(on, **running, options.file);
  on.run();
  return done;
}

}  // namespace sallyport::commands
