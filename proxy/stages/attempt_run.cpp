#include "proxy/stages/attempt_run.hpp"

#include "proxy/stages/pass_headers.hpp"

#include <algorithm>

namespace sallyport::stages {
namespace {

constexpr std::size_t refusal_max = 64 * 1024;
constexpr std::size_t whole_reply_max = 64u << 20;

bool is_json(const header_list& headers) { return headers.get("content-type").find("json") != std::string_view::npos; }

}  // namespace

attempt_run::attempt_run(attempt_order order, attempt& record, upstream::transfer& wire, reply_sink& sink, const clock& time)
    : order_(std::move(order)),
      record_(record),
      wire_(wire),
      sink_(sink),
      time_(time),
      clock_(order_.timeouts, order_.asked.stream, record.sent_at, order_.total),
      watch_(order_.asked.choices) {}

task<void> attempt_run::run() {
  const bool has_head = co_await read_head();
  if (has_head) {
    if (record_.status < 200 || record_.status >= 300)
      co_await read_refusal();
    else if (order_.asked.stream && !is_json(wire_.head().headers))
      co_await read_stream();
    else
      co_await read_whole();
  }
  if (client_has_left() && order_.drain.count() > 0) co_await drain();
  note_outcome();
}

void attempt_run::note_outcome() {
  record_.body_sent = wire_.body_sent();
  record_.peer = wire_.peer();
  record_.ended_at = time_.now();
  record_.why = end_.why;
  record_.outcome = !end_.why                ? attempt_outcome::answered
                    : client_has_left() || end_.why->kind == failure_kind::outrun ? attempt_outcome::abandoned
                    : has_committed()        ? attempt_outcome::broken
                                             : attempt_outcome::failed;
}

task<bool> attempt_run::read_head() {
  const auto got = co_await wire_.next(clock_.deadline());
  switch (got) {
    case upstream::signal::head:
      break;
    case upstream::signal::late:
      co_return give_up(late());
    case upstream::signal::cancelled:
      co_return give_up(cancelled());
    case upstream::signal::failed:
      co_return give_up(wire_.why());
    default:
      co_return give_up(fail(failure_kind::garbled_reply, "a reply without a head"));
  }
  note_head();
  co_return true;
}

void attempt_run::note_head() {
  record_.head_at = time_.now();
  record_.status = wire_.head().status;
}

// Nobody reads it any more, but its end says what it cost.
task<void> attempt_run::drain() {
  const instant until = std::min(time_.now() + order_.drain, order_.total);
  auto got = upstream::signal::data;
  while ((got == upstream::signal::head || got == upstream::signal::data) && !watch_.is_done()) {
    got = co_await wire_.next(until);
    if (got == upstream::signal::head) note_head();
    if (got == upstream::signal::data && record_.status < 300) learn_usage(wire_.data());
  }
  if (order_.asked.stream || got != upstream::signal::end) co_return;
  const auto said = order_.provider_speaks.read_reply(order_.asked.asks, collected_);
  if (said.has_error()) co_return;
  record_.tokens = said->tokens;
  record_.text_bytes = said->text_bytes;
}

void attempt_run::learn_usage(std::string_view bytes) {
  if (!order_.asked.stream) {
    if (collected_.size() + bytes.size() <= whole_reply_max) collected_.append(bytes);
    return;
  }
  if (!reader_) reader_ = order_.provider_speaks.read_stream(order_.asked.asks, order_.of_provider);
  // What it has not given out yet comes first.
  const auto take_all = [this] {
    while (const event* seen = reader_->next()) {
      watch_.take(*seen);
      if (seen->kind == event_kind::reported) record_.tokens = seen->tokens;
      record_.text_bytes += seen->text.size();
    }
  };
  take_all();
  reader_->feed(bytes);
  take_all();
}

// Reads the body into collected_. False: it gave up, with the reason in end_.
task<bool> attempt_run::collect(std::size_t bytes_max) {
  for (;;) {
    const auto got = co_await wire_.next(clock_.deadline());
    switch (got) {
      case upstream::signal::data:
        if (collected_.size() + wire_.data().size() > bytes_max) co_return give_up(fail(failure_kind::reply_too_large));
        collected_.append(wire_.data());
        break;
      case upstream::signal::end:
        co_return true;
      case upstream::signal::late:
        co_return give_up(late());
      case upstream::signal::cancelled:
        co_return give_up(cancelled());
      default:
        co_return give_up(wire_.why());
    }
  }
}

// The status alone says enough to move on: a refusal whose body is cut, late or endless is still that refusal.
task<void> attempt_run::read_refusal() {
  const bool whole = co_await collect(refusal_max);
  if (!whole && (client_has_left() || end_.why->kind == failure_kind::outrun)) co_return;
  end_.why = order_.provider_speaks.read_failure(record_.status, wire_.head().headers, collected_, time_.wall());
}

task<void> attempt_run::read_whole() {
  const bool whole = co_await collect(whole_reply_max);
  if (!whole) co_return;
  auto wrong = take_whole();
  if (!wrong && order_.asked.stream) wrong = fail(failure_kind::garbled_reply, "a stream was asked for and a whole reply came");
  if (wrong) {
    give_up(*std::move(wrong));
    co_return;
  }
  record_.first_token_at = time_.now();
  end_.status = record_.status;
}

maybe_failure attempt_run::take_whole() {
  if (translates()) {
    auto said = order_.provider_speaks.read_answer(collected_);
    if (said.has_error()) return std::move(said).error();
    if (!order_.asked.stream) take_translated(std::move(*said));
    return std::nullopt;
  }
  const auto said = order_.provider_speaks.read_reply(order_.asked.asks, collected_);
  if (said.has_error()) return said.error();
  record_.tokens = said->tokens;
  record_.text_bytes = said->text_bytes;
  record_.brought = said->states;
  if (!said->held_as.empty()) record_.brought.push_back(said->held_as);
  end_.headers = to_client(wire_.head().headers);
  end_.body = std::move(collected_);
  return std::nullopt;
}

void attempt_run::take_translated(answer said) {
  record_.tokens = said.tokens;
  for (const auto& one : said.parts) record_.text_bytes += one.text.size();
  name_for_client(said.of);
  end_.body = order_.client_speaks.write_answer(order_.asked, said);
}

task<void> attempt_run::read_stream() {
  reader_ = order_.provider_speaks.read_stream(order_.asked.asks, order_.of_provider);
  for (;;) {
    const auto got = co_await wire_.next(clock_.deadline());
    if (got == upstream::signal::data) {
      reader_->feed(wire_.data());
      take_events();
      bool here = flush_now();
      if (!here) here = co_await flush();
      if (!here) co_return;
      if (end_.why || watch_.is_done()) break;
      continue;
    }
    if (got == upstream::signal::cancelled) {
      give_up(cancelled());
      co_return;
    }
    wire_ended(got);
    break;
  }
  if (!end_.why) end_stream_well();
  if (!end_.why && !translates() && order_.asked.dialect == dialect_id::openai_responses) record_.brought.push_back(reader_->identity().id);
  const bool here = co_await flush();
  if (!here) co_return;
  if (!end_.why || !has_committed()) co_return;
  end_.broke_off = true;
  end_.identity = reader_->identity();
  end_.writer = std::move(writer_);
}

bool attempt_run::has_committed() const { return order_.continues ? order_.continues->has_delivered() : gate_.is_committed(); }

void attempt_run::wire_ended(upstream::signal how) {
  reader_->end();
  take_events();
  if (end_.why) return;
  maybe_failure wire_failure;
  if (how == upstream::signal::failed) wire_failure = wire_.why();
  if (how == upstream::signal::late) wire_failure = late();
  stream_ended(std::move(wire_failure));
}

// The wire has ended, well or not. Once every choice has said why it ended, the answer is whole whatever became of the connection.
void attempt_run::stream_ended(maybe_failure wire_failure) {
  auto verdict = watch_.verdict_at_end();
  if (verdict) give_up(wire_failure ? std::move(*wire_failure) : std::move(*verdict));
}

void attempt_run::end_stream_well() {
  if (auto verdict = watch_.verdict_at_end()) {
    give_up(std::move(*verdict));
    return;
  }
  if (order_.continues) {
    if (auto why = order_.continues->end()) {
      give_up(std::move(*why));
      return;
    }
    end_.last_bytes = order_.continues->take_out();
    return;
  }
  gate_.open();
  if (translates()) {
    end_.last_bytes = in_clients_words({.kind = event_kind::done});
    return;
  }
  end_.last_bytes = terminal_.empty() ? std::string(order_.client_speaks.end_of_stream()) : terminal_;
}

void attempt_run::take_events() {
  while (const event* seen = reader_->next()) {
    take(*seen);
    if (end_.why || watch_.is_done()) return;
  }
}

void attempt_run::take(const event& seen) {
  const instant now = time_.now();
  watch_.take(seen);
  if (seen.data) clock_.data_event(now);
  if (seen.kind == event_kind::failed) {
    give_up(seen.why.value_or(fail(failure_kind::error_in_reply)));
    return;
  }
  if (seen.kind == event_kind::done) {
    if (!seen.unfinished) terminal_ = std::string(seen.raw);
    return;
  }
  if (seen.kind == event_kind::reported) record_.tokens = seen.tokens;
  if (seen.kind != event_kind::state) record_.text_bytes += seen.text.size();
  if (seen.kind == event_kind::state && !translates()) note_state(seen.text);
  if (commits(seen.kind) && order_.may_answer && !order_.may_answer()) {
    give_up(fail(failure_kind::outrun));
    return;
  }
  pass_on(seen);
  if (commits(seen.kind)) {
    if (!record_.first_token_at) begin(now);
    clock_.committed(now);
  }
  if (watch_.is_finished()) clock_.finished(now);
}

// What the client has begun to get is not asked for again elsewhere, unless another one may go on with it: for as long as such a stream lasts, the
// largest part of what it would hold is its prompt.
void attempt_run::begin(instant now) {
  order_.begins();
  record_.first_token_at = now;
  const bool is_read_again = order_.delivered || translates() || order_.client_speaks.repeats_call();
  if (order_.call_may_go && !is_read_again) order_.call_may_go();
}

// Written anew, an answer is of the model that was asked for; an agent that finds another name leaves out its thoughts on the next turn.
void attempt_run::name_for_client(stream_identity& of) const {
  of.origin = order_.translates_from;
  of.model = order_.asked.model;
  if (of.created == 0) of.created = std::chrono::duration_cast<std::chrono::seconds>(time_.wall().time_since_epoch()).count();
}

void attempt_run::note_state(std::string_view state) {
  constexpr std::size_t most = 64;
  if (record_.brought.size() < most) record_.brought.emplace_back(state);
}

void attempt_run::pass_on(const event& seen) {
  if (order_.continues) {
    auto why = seen.unfinished ? std::nullopt : order_.continues->take(seen);
    if (why) give_up(std::move(*why));
    return;
  }
  if (translates()) {
    if (!seen.unfinished) gate_.take(seen.kind, in_clients_words(seen));
    if (order_.delivered && gate_.is_committed() && !seen.unfinished) order_.delivered->take(seen);
    return;
  }
  // A block inside which the wire ended says nothing (a client drops it), and what we write behind it would become part of its last line.
  const bool for_client = !(seen.usage_only && order_.take_usage_out) && !seen.unfinished;
  gate_.take(seen.kind, for_client ? seen.raw : std::string_view{});
  if (order_.delivered && gate_.is_committed() && !seen.unfinished) order_.delivered->take(seen);
}

std::string attempt_run::in_clients_words(const event& seen) {
  if (!writer_) {
    if (seen.kind == event_kind::ignored) return {};
    auto begun = reader_->identity();
    // Where the provider's text stands is no place in the client's stream, which has not begun: not every provider sends a beginning.
    begun.open_block = -1;
    begun.open_item.clear();
    begun.next_number = 0;
    name_for_client(begun);
    writer_ = order_.client_speaks.write_stream(order_.asked, begun, {});
  }
  return writer_->write(seen);
}

// Writes what the gate lets through, one write for all that one read brought, if it can be done without waiting. False: flush() has to.
bool attempt_run::flush_now() {
  if (!has_committed()) return true;
  if (!sink_.is_open() || order_.may_answer) return false;
  std::string out = order_.continues ? order_.continues->take_out() : gate_.take_out();
  if (out.empty() || sink_.write_now(out)) return true;
  out_ = std::move(out);
  return false;
}

// False: the client is gone.
task<bool> attempt_run::flush() {
  if (!has_committed()) co_return true;
  if (order_.may_answer && !order_.may_answer()) co_return give_up(fail(failure_kind::outrun));
  if (out_.empty()) out_ = order_.continues ? order_.continues->take_out() : gate_.take_out();
  bool here = true;
  if (!sink_.is_open()) here = co_await open();
  if (here && !out_.empty()) here = co_await sink_.write(out_);
  std::string().swap(out_);
  if (!here) give_up(fail(failure_kind::client_gone));
  co_return here;
}

task<bool> attempt_run::open() { return sink_.open(order_.stream_head(wire_.head())); }

bool attempt_run::give_up(failure why) {
  end_.why = std::move(why);
  return false;
}

// Its client has left, or another send of the same call answers.
failure attempt_run::cancelled() const {
  const bool outrun = order_.may_answer && !order_.may_answer();
  return fail(outrun ? failure_kind::outrun : failure_kind::client_gone);
}

failure attempt_run::late() const { return fail(clock_.meaning()); }

}  // namespace sallyport::stages
