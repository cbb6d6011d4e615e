#pragma once
/// One attempt from send to end: reads a refusal, a whole reply or a stream, and lets a stream through once it commits.
/// Sees only a transfer, the reply sink and the clock.

#include "adapters/dialect.hpp"
#include "proxy/policy/answer_watch.hpp"
#include "proxy/policy/attempt_clock.hpp"
#include "proxy/policy/commit_gate.hpp"
#include "proxy/policy/delivered_answer.hpp"
#include "proxy/stages/continued_leg.hpp"
#include "proxy/upstream/transport.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/reply_sink.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::stages {

/// What an attempt needs to know; everything outlives it.
struct attempt_order {
  const call& asked;
  const dialect& client_speaks;
  const dialect& provider_speaks;
  std::string translates_from;                         ///< the provider's name, where it speaks another dialect than the client; else empty
  const quirks& of_provider;
  bool take_usage_out;                                 ///< we asked for the usage block, the client did not
  config::timeouts timeouts;
  config::milliseconds drain;                          ///< how long it is read on for its usage, once the client has left
  instant total;                                       ///< deadline of the request
  std::function<reply_start(const upstream::incoming_head&)> stream_head;   ///< the head under which a stream is opened
  std::function<void()> begins;                        ///< the first content has come; called at most once
  std::function<void()> call_may_go;                   ///< then, if nobody will read the call's body and headers again. May be empty
  std::function<bool()> may_answer;                    ///< asked before anything goes to the client; false: another one answers. Null: it may
  policy::delivered_answer* delivered;                 ///< is told what goes to the client; null: nobody wants to know
  continued_leg* continues;                            ///< an answer that another deployment began; null: this is the beginning
};

/// How it ended. `why` is empty after a whole answer.
struct attempt_end {
  maybe_failure why;
  header_list headers;      ///< of a whole reply, those that pass
  int status = 200;         ///< of a whole reply
  std::string body;         ///< a whole reply
  std::string last_bytes;   ///< what still has to go out to end a stream that was opened
  bool broke_off = false;   ///< a stream of which the client has a part
  stream_identity identity; ///< of such a one
  std::unique_ptr<stream_writer> writer;   ///< of a translated one that broke
  std::vector<warning> warnings;           ///< what the request did not carry
};

class attempt_run {
 public:
  attempt_run(attempt_order order, attempt& record, upstream::transfer& wire, reply_sink& sink, const clock& time);

  task<void> run();
  /// After run(): how it ended.
  attempt_end take_end() { return std::move(end_); }

 private:
  task<bool> read_head();
  void note_head();
  task<bool> collect(std::size_t bytes_max);
  task<void> read_refusal();
  task<void> read_whole();
  task<void> read_stream();
  bool flush_now();
  task<bool> flush();
  task<bool> open();
  void take_events();
  void take(const event& seen);
  void pass_on(const event& seen);
  std::string in_clients_words(const event& seen);
  void note_state(std::string_view state);
  void name_for_client(stream_identity& of) const;
  bool translates() const { return !order_.translates_from.empty(); }
  maybe_failure take_whole();
  void take_translated(answer said);
  task<void> drain();
  void learn_usage(std::string_view bytes);
  bool client_has_left() const { return end_.why && end_.why->kind == failure_kind::client_gone; }
  bool has_committed() const;
  void begin(instant now);
  void wire_ended(upstream::signal how);
  void stream_ended(maybe_failure wire_failure);
  void note_outcome();
  void end_stream_well();
  bool give_up(failure why);
  failure late() const;
  failure cancelled() const;

  attempt_order order_;
  attempt& record_;
  upstream::transfer& wire_;
  reply_sink& sink_;
  const clock& time_;
  policy::attempt_clock clock_;
  policy::commit_gate gate_;
  policy::answer_watch watch_;
  std::unique_ptr<stream_reader> reader_;
  std::unique_ptr<stream_writer> writer_;   ///< of a translated stream, from its first event on
  std::string collected_;
  std::string out_;        ///< for the client, taken from the gate and not all written yet
  std::string terminal_;   ///< the provider's own terminal marker
  attempt_end end_;
};

}  // namespace sallyport::stages
