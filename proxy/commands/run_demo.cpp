#include "proxy/commands/run_demo.hpp"

#include "config/load.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/scratch_folder.hpp"
#include "proxy/gateway.hpp"
#include "proxy/rehearsal/demo_report.hpp"
#include "proxy/rehearsal/demo_traffic.hpp"
#include "proxy/rehearsal/stage_set.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <iostream>

namespace sallyport::commands {
namespace {

int refuse(const failure& why) {
  std::cerr << why.client_sentence() << (why.detail.empty() ? "" : " (" + why.detail + ")") << '\n';
  return failed;
}

/// Demo output is for eyes: only what went wrong is logged, and not the failovers that the demo provokes.
observe::logger_options quiet_log() {
  observe::logger_options log;
  log.least = observe::level::error;
  log.format = observe::format_for(log.target);
  return log;
}

void serve_until_signal() {
  boost::asio::io_context on{1};
  boost::asio::signal_set signals(on, SIGINT, SIGTERM);
  signals.async_wait([&on](boost::system::error_code, int) { on.stop(); });
  on.run();
}

std::vector<rehearsal::upstream_count> counts_of(rehearsal::stage_set& stage, deployment_class killed) {
  std::vector<rehearsal::upstream_count> counts;
  for (const auto which : {deployment_class::managed, deployment_class::hosted, deployment_class::in_house})
    counts.push_back({rehearsal::stage_set::deployment_of(which), stage.upstream(which).received().counters().requests, which == killed});
  return counts;
}

int break_and_report(rehearsal::stage_set& stage, const demo_options& options, std::uint16_t port) {
  const auto killed = *deployment_class_named(options.breaks);
  rehearsal::traffic_options traffic;
  traffic.port = port;
  traffic.key = stage.key();
  traffic.models = {std::string(rehearsal::stage_set::model_first_at(killed))};
  traffic.requests = options.requests;
  const int kill_after = options.requests / 3;
  std::cout << options.requests << " streamed requests to model " << traffic.models.front() << "; " << rehearsal::stage_set::deployment_of(killed)
            << " dies after " << kill_after << " answers.\n\n"
            << std::flush;
  bool is_killed = false;
  const auto answers = rehearsal::send_traffic(traffic, [&](int ended) {
    if (is_killed || ended < kill_after) return;
    is_killed = true;
    stage.upstream(killed).kill();
  });
  std::cout << rehearsal::demo_report(answers, counts_of(stage, killed), kill_after);
  return rehearsal::totals_of(answers).lost == 0 ? done : failed;
}

}  // namespace

int run_demo(const demo_options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const scratch_folder scratch;
  rehearsal::stage_set stage;
  if (auto started = stage.start(); started.has_error()) return refuse(started.error());
  const bool breaks = !options.breaks.empty();
  const auto read = config::load(stage.configuration({options.api_port, options.admin_port, scratch.path()}), "demo", config::real_surroundings());
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  auto running = gateway::start(read.value, quiet_log());
  if (running.has_error()) return refuse(running.error());
  if (breaks) return break_and_report(stage, options, (*running)->api_port());
  std::cout << stage.greeting((*running)->api_port(), (*running)->admin_port()) << std::flush;
  serve_until_signal();
  return done;
}

}  // namespace sallyport::commands
