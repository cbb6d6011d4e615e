#pragma once
/// The connections of a built-in upstream, and what they share with it. One thread; for faulty_upstream alone.

#include "proxy/rehearsal/faulty_upstream.hpp"
#include "proxy/rehearsal/request_reader.hpp"
#include "proxy/rehearsal/script.hpp"
#include "proxy/words/task.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sallyport::rehearsal {

class upstream_session;

using upstream_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
using upstream_acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, executor>;
using upstream_timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

/// What the upstream and its connections share; the last of them ends it.
class upstream_house {
 public:
  upstream_house(boost::asio::io_context& on, character named, std::uint16_t wanted_port, upstream_limits limited)
      : io(on), who(std::move(named)), limits(limited), port(wanted_port) {}

  /// The conduct that is played for this request of this model's name.
  conduct in_force(const question& asked);

  boost::asio::io_context& io;
  character who;
  upstream_limits limits;
  std::uint16_t port;
  reception seen;
  std::shared_ptr<upstream_acceptor> listener;
  std::unordered_set<upstream_session*> sessions;

 private:
  struct history {
    std::uint64_t requests = 0;
    instant first_at{};
  };
  std::unordered_map<std::string, history> histories_;
};

/// One connection: receive() always reads, so that a leaving peer is noticed in every phase; run() answers. Kept alive by these two.
class upstream_session : public std::enable_shared_from_this<upstream_session> {
 public:
  upstream_session(std::shared_ptr<upstream_house> of, upstream_socket socket);
  ~upstream_session();
  upstream_session(const upstream_session&) = delete;
  upstream_session& operator=(const upstream_session&) = delete;

  void begin();
  /// Resets the connection.
  void kill();

 private:
  static task<void> receive(std::shared_ptr<upstream_session> self);
  static task<void> run(std::shared_ptr<upstream_session> self);

  task<bool> read_request();
  task<bool> more_input(instant deadline);
  task<bool> wait_until(instant until);
  /// A byte at a time if asked to, or if they are to be `apart`.
  task<bool> send(std::string_view bytes, bool byte_by_byte, std::chrono::milliseconds apart = {});
  task<bool> stall(const step& how);
  task<bool> perform(const script& what);
  task<bool> answer(const http_request& request);
  script script_for(const http_request& request, sighting& seen, std::uint64_t& ordinal);
  script script_for_post(std::string_view path, const http_request& request, sighting& seen, std::uint64_t& ordinal);
  sighting_end end_of(const script& what, bool was_performed) const;

  void close();
  void reset();

  std::shared_ptr<upstream_house> house_;
  upstream_socket socket_;
  upstream_timer wake_;          ///< what run() waits on; receive() cancels it when something happened
  std::string inbox_;
  request_reader reader_;
  std::uint64_t number_;
  std::uint64_t requests_ = 0;
  bool gone_ = false;
  bool killed_ = false;
};

}  // namespace sallyport::rehearsal
