#pragma once
/// One connection from its first byte to its end: reads requests strictly and one after the other, hands each to the service, keeps the
/// connection or closes it.
///
/// After a request whose framing is in doubt nothing more is read as a request: reply, then close. Owned by the listener and by its own
/// coroutine; one thread. Nothing here logs: service::refused is told of what never reached serve().

#include "config/settings.hpp"
#include "proxy/server/client_sink.hpp"
#include "proxy/server/connection.hpp"
#include "proxy/server/framing.hpp"
#include "proxy/stages/reply_failure.hpp"
#include "proxy/stages/service.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sallyport::server {

/// What the sessions of a listener share; outlives them.
struct session_terms {
  config::listen_settings settings;
  stages::service& service;
  clock& time;
  date_text date;
};

class session final {
 public:
  session(std::unique_ptr<byte_stream> stream, std::shared_ptr<session_terms> terms, std::string client);

  /// Runs to the connection's end. `self` keeps the session for as long.
  task<void> run(std::shared_ptr<session> self);

  /// The request under way may end, no other one begins; ends a session that waits for one. With `serves_waiting` such a session may have
  /// one more, which is its last.
  void drain(bool serves_waiting);
  /// Ends it now: a reply under way is broken off.
  void reset() { wire_->reset(); }
  void check_deadlines(instant now) { wire_->check_deadlines(now); }
  bool is_serving() const { return phase_ == phase::serving; }

 private:
  enum class phase : std::uint8_t { waiting, reading, serving, ending };
  /// What is left to do with the connection.
  enum class verdict : std::uint8_t { next_request, finish, drop };

  /// A request up to its last byte, or why it is refused. Made before it is served, so that what reading it took is given back by then.
  struct asked {
    stages::request_head head;
    std::string body;
    std::unique_ptr<stages::admission> held;
    reply_manner manner{false, false, false};
    maybe_failure why;   ///< it is refused
  };

  /// Null: there is none.
  task<std::unique_ptr<asked>> next_request();
  task<bool> first_byte();
  task<result<framing>> read_head(stages::request_head& head, std::size_t& head_bytes);
  /// False: it ends without a reply.
  task<bool> read_rest(asked& one, framing framed);
  result<std::unique_ptr<stages::admission>> admit(const stages::request_head& head, const framing& framed);
  task<verdict> serve(std::unique_ptr<asked> one);
  task<verdict> refuse(std::unique_ptr<asked> one);
  static task<bool> send(stages::failure_reply reply, client_sink& sink);
  task<result<void>> read_body(framing framed, instant began, std::string& into);
  task<result<void>> read_chunks(instant began, std::string& into);
  task<bool> invite_body(framing framed);
  bool drop_arrived_body(const framing& framed);
  failure why_no_bytes(arrival how) const;
  failure why_no_body(arrival how, instant began) const;

  std::shared_ptr<session_terms> terms_;
  std::shared_ptr<connection> wire_;
  std::string client_;
  std::uint64_t requests_ = 0;
  phase phase_ = phase::waiting;
  bool draining_ = false;
  bool serves_waiting_ = false;   ///< while draining
};

}  // namespace sallyport::server
