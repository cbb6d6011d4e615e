// The upstreams of tests/bench/faults: COUNT built-in faulty upstreams (proxy/rehearsal) in a process of their own; what each does is said
// by the model's name (proxy/rehearsal/fault_catalogue.hpp). Prints their ports in one line, then obeys lines of standard input:
//   report   one line for each request since the last report, in the order of arrival, then a line `end`:
//            UPSTREAM MODEL ATTEMPT CONNECTION ARRIVED_NS ENDED_NS HOW MARK
//            times are of the monotonic clock; HOW is open, whole, by_fault, peer_left or killed; MARK is the body's "user", else -
//   count    one line: how many requests were read whole, how many ended, and how many connections are open
// Ends with its standard input.

#include "proxy/rehearsal/upstream_thread.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace sallyport;
using namespace sallyport::rehearsal;

namespace {

constexpr unsigned seconds_max = 1'800;  // Ends by itself if whoever started it could not end it.
using upstreams = std::vector<std::unique_ptr<upstream_thread>>;

const char* name_of(sighting_end how) {
  switch (how) {
    case sighting_end::open: return "open";
    case sighting_end::whole: return "whole";
    case sighting_end::by_fault: return "by_fault";
    case sighting_end::peer_left: return "peer_left";
    case sighting_end::killed: return "killed";
  }
  return "-";
}

long long nanoseconds(instant at) { return std::chrono::nanoseconds(at.time_since_epoch()).count(); }

/// The loader writes its bodies itself, so that the text around the mark is known.
std::string_view mark_in(std::string_view body) {
  constexpr std::string_view key = R"("user":")";
  const auto at = body.find(key);
  if (at == std::string_view::npos) return "-";
  body.remove_prefix(at + key.size());
  return body.substr(0, body.find('"'));
}

std::string_view or_dash(std::string_view text) { return text.empty() ? "-" : text; }

void report(const upstreams& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const sighting& one : all[i]->received().all()) {
      std::cout << i << ' ' << or_dash(one.model) << ' ' << or_dash(one.headers.get("x-sallyport-attempt")) << ' ' << one.connection << ' '
                << nanoseconds(one.arrived) << ' ' << (one.ended ? nanoseconds(*one.ended) : 0) << ' ' << name_of(one.how) << ' '
                << mark_in(one.body) << '\n';
    }
    all[i]->received().forget();
  }
  std::cout << "end" << std::endl;
}

void count(const upstreams& all) {
  std::uint64_t read = 0, ended = 0, open = 0;
  for (const auto& one : all) {
    const auto now = one->received().counters();
    read += now.requests;
    ended += now.ended;
    open += now.open_connections;
  }
  std::cout << read << ' ' << ended << ' ' << open << std::endl;
}

}  // namespace

int main(int arguments, char** words) {
  int wanted = 0;
  const std::string_view number = arguments == 2 ? words[1] : "";
  std::from_chars(number.data(), number.data() + number.size(), wanted);
  if (wanted < 1 || wanted > 64) {
    std::fputs("usage: fault_upstreams COUNT (1 to 64)\n", stderr);
    return 2;
  }
  ::alarm(seconds_max);
  upstreams all;
  for (int i = 0; i < wanted; ++i) {
    all.push_back(std::make_unique<upstream_thread>(character{.name = "upstream-" + std::to_string(i)}));
    if (!all.back()->start()) return 1;
    std::cout << all.back()->port() << (i + 1 < wanted ? ' ' : '\n');
  }
  std::cout.flush();
  for (std::string line; std::getline(std::cin, line);) line == "report" ? report(all) : count(all);
}
