#include "tests/proxy/upstream/upstream_bench.hpp"

#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

/// Ends of a transfer that its owner makes: cancelled or destroyed in every phase, by whom it may be.

using namespace sallyport;
using namespace sallyport::tests;
using upstream::signal;

namespace {

using connection = std::shared_ptr<scripted_connection>;

enum class phase { sending, waiting_for_head, in_stream, in_stream_paused };

// Plays a provider up to a phase and then sees whether the connection goes away.
struct stage {
  phase until;
  std::string reply;
  bool arrived = false;
  std::optional<bool> closed;

  scripted_upstream::script script() {
    return [this](connection with) -> task<void> {
      if (until != phase::sending) {
        const auto seen = co_await with->read_request();
        CHECK(seen);
      }
      arrived = true;
      if (!reply.empty()) co_await with->write(reply);
      closed = co_await with->sees_close();
    };
  }
};

stage stage_of(phase until) {
  stage made{until, {}, false, {}};
  if (until == phase::in_stream) made.reply = stream_head + chunk("abc");
  if (until == phase::in_stream_paused) made.reply = stream_head + chunk(std::string(200'000, 'x'));
  return made;
}

constexpr std::size_t body_bytes = 32u << 20;

task<void> turn() { co_await boost::asio::post(as_values); }

}  // namespace

OVER_ALL("a cancelled wait comes back at once, and the provider sees the connection end with the transfer") {
  for (const phase until : {phase::sending, phase::waiting_for_head, phase::in_stream, phase::in_stream_paused}) {
    CAPTURE(static_cast<int>(until));
    upstream_bench bench(over);
    stage stage = stage_of(until);
    auto provider = bench.upstream(stage.script());
    bench.run([&]() -> task<void> {
      auto sent = bench.post(provider.port(), std::string(until == phase::sending ? body_bytes : 2, ' '));
      while (!stage.arrived) co_await turn();
      if (!stage.reply.empty()) {
        CHECK(co_await sent->next(bench.soon()) == signal::head);
        CHECK(co_await sent->next(bench.soon()) == signal::data);
      }
      signal last = signal::end;
      bool back = false;
      const auto wait = [&]() -> task<void> {
        last = signal::data;
        while (last == signal::data) last = co_await sent->next(bench.soon());
        back = true;
      };
      boost::asio::co_spawn(bench.io.get_executor(), wait(), boost::asio::detached);
      sent->cancel();
      while (!back) co_await turn();
      CHECK(last == signal::cancelled);
      CHECK_FALSE(stage.closed);
      CHECK(sent->body_sent());
      sent.reset();
      while (!stage.closed) co_await turn();
      CHECK(*stage.closed);
    });
  }
}

OVER_ALL("a cancel before the wait ends the next wait, once") {
  upstream_bench bench(over);
  stage stage = stage_of(phase::in_stream);
  auto provider = bench.upstream(stage.script());
  bench.run([&]() -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    sent->cancel();
    CHECK(co_await sent->next(bench.soon()) == signal::cancelled);
    CHECK(co_await sent->next(bench.soon()) == signal::head);
  });
}

OVER_ALL("a transfer destroyed under somebody's wait ends the wait as cancelled") {
  for (const phase until : {phase::sending, phase::waiting_for_head, phase::in_stream}) {
    CAPTURE(static_cast<int>(until));
    upstream_bench bench(over);
    stage stage = stage_of(until);
    auto provider = bench.upstream(stage.script());
    bench.run([&]() -> task<void> {
      auto sent = bench.post(provider.port(), std::string(until == phase::sending ? body_bytes : 2, ' '));
      std::optional<signal> last;
      const auto wait = [&]() -> task<void> {
        signal got = signal::data;
        while (got == signal::data || got == signal::head) got = co_await sent->next(instant::max());
        last = got;
      };
      boost::asio::co_spawn(bench.io.get_executor(), wait(), boost::asio::detached);
      while (!stage.arrived) co_await turn();
      for (int i = 0; i < 50; ++i) co_await turn();
      sent.reset();
      while (!last || !stage.closed) co_await turn();
      CHECK(*last == signal::cancelled);
      CHECK(*stage.closed);
    });
  }
}

OVER_ALL("a transfer may be destroyed while it connects, resolves a name, or at once") {
  upstream_bench bench(over);
  bool accepted = false;
  auto provider = bench.upstream([&](connection with) -> task<void> {
    accepted = true;
    while (co_await with->read_request()) co_await with->write(whole_reply("{}"));
  });
  bench.run([&]() -> task<void> {
    for (const char* host : {"127.0.0.1", "localhost", "no-such-host.invalid"})
      for (int turns = 0; turns < 20; ++turns) {
        auto sent = bench.post(bench.provider_at(provider.port(), host), "{}");
        for (int i = 0; i < turns; ++i) co_await turn();
      }
    auto sent = bench.post(provider.port(), "{}");
    CHECK((co_await bench.all_of(*sent)).last() == signal::end);
  });
}

OVER_ALL("a transfer destroyed from the continuation that its own signal resumed leaves the others alone") {
  upstream_bench bench(over);
  auto provider = bench.upstream([](connection with) -> task<void> {
    while (co_await with->read_request()) {
      co_await with->write(stream_head);
      for (int i = 0; i < 20; ++i) co_await with->write(chunk(std::string(1'000, 'x')));
      co_await with->write(last_chunk);
    }
  });
  int ended = 0;
  int whole = 0;
  const auto one = [&](int number) -> task<void> {
    auto sent = bench.post(provider.port(), "{}");
    std::size_t bytes = 0;
    for (int signals = 0;; ++signals) {
      const auto got = co_await sent->next(bench.soon());
      if (got == signal::data) bytes += sent->data().size();
      if (number % 3 != 0 && signals == number % 7) break;
      if (got == signal::end && bytes == 20'000) ++whole;
      if (got != signal::head && got != signal::data) break;
    }
    sent.reset();
    ++ended;
  };
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 150; ++i) boost::asio::co_spawn(bench.io.get_executor(), one(i), boost::asio::detached);
    while (ended < 150) co_await turn();
  });
  CHECK(whole >= 50);
}

OVER_BOTH("a transfer outlives its transport, and both may die with the io_context") {
  auto bench = std::make_unique<upstream_bench>(over);
  stage stage = stage_of(phase::in_stream);
  scripted_upstream provider(bench->io, stage.script());
  bench->run([&]() -> task<void> {
    auto sent = bench->post(provider.port(), "{}");
    CHECK(co_await sent->next(bench->soon()) == signal::head);
    bench->wire.reset();
    CHECK(co_await sent->next(bench->soon()) == signal::data);
  });

  upstream_bench dying(over);
  scripted_upstream other(dying.io, stage.script());
  const auto forever = [&]() -> task<void> {
    auto sent = dying.post(other.port(), "{}");
    while (co_await sent->next(dying.soon()) != signal::end) {}
  };
  boost::asio::co_spawn(dying.io.get_executor(), forever(), boost::asio::detached);
  for (int i = 0; i < 50; ++i) dying.io.poll_one();
}

TEST_CASE("a reply of which only the end is missing is waited for, and its connection serves again") {
  upstream_bench bench(over_native);
  std::optional<bool> closed;
  scripted_upstream provider(bench.io, [&](connection with) -> task<void> {
    while (const auto seen = co_await with->read_request()) {
      co_await with->write(stream_head + chunk("all of it"));
      if (seen->body == "no end") {
        closed = co_await with->sees_close();
        co_return;
      }
      for (int i = 0; i < 20; ++i) co_await turn();
      std::string rest = last_chunk;
      if (seen->body == "more") rest = chunk(std::string(100'000, 'x')) + last_chunk;
      co_await with->write(rest);
    }
  });
  bench.run([&]() -> task<void> {
    for (const char* body : {"1", "2", "more", "3", "no end", "4"}) {
      auto sent = bench.post(provider.port(), body);
      CHECK(co_await sent->next(bench.soon()) == signal::head);
      CHECK(co_await sent->next(bench.soon()) == signal::data);
      sent->let_end();
      sent.reset();
      for (int i = 0; i < 500; ++i) co_await turn();
    }
    while (!closed) co_await turn();
  });
  // "more" is more than an end, and "no end" was still waited for when the last one needed a connection.
  CHECK(provider.connections() == 3);
  CHECK(closed == true);
}

OVER_ALL("the early end of one stream on a pool does not stop a kept connection from serving") {
  upstream_bench bench(over);
  auto provider = bench.upstream([](connection with) -> task<void> {
    while (auto seen = co_await with->read_request()) {
      if (seen->body == "stream")
        co_await with->write(stream_head + chunk("abc"));
      else
        co_await with->write(whole_reply(seen->body));
    }
  });
  bench.run([&]() -> task<void> {
    for (int i = 0; i < 20; ++i) {
      auto stream = bench.post(provider.port(), "stream");
      CHECK(co_await stream->next(bench.soon()) == signal::head);
      auto whole = bench.post(provider.port(), "whole");
      stream.reset();
      CHECK((co_await bench.all_of(*whole)).body == "whole");
    }
  });
}
