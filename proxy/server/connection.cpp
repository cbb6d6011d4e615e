#include "proxy/server/connection.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::server {
namespace {

using namespace std::chrono_literals;

/// How long, and for how much, a client may go on sending before it has read our last reply.
constexpr auto finish_time = 5s;
constexpr std::size_t finish_bytes_max = 16u << 20;

/// The first room of a body; it doubles with what has come. A crowd whose bodies never come costs this much each.
constexpr std::size_t direct_step = 16 * 1024;

}  // namespace

connection::connection(std::unique_ptr<byte_stream> stream, const config::listen_settings& terms, clock& time)
    : stream_(std::move(stream)), terms_(terms), time_(time) {}

task<bool> connection::handshake() {
  const bool shaken = co_await stream_->handshake();
  co_return shaken && !interrupted_;
}

bool connection::start_reading() {
  const auto room = input_.room();
  if (room.size() == 0) return false;
  direct_ = false;
  reading_ = true;
  stream_->start_read(room, shared_from_this());
  return true;
}

task<arrival> connection::await_read() {
  co_await waiting_.wait();
  co_return last_;
}

task<arrival> connection::more() {
  if (interrupted_) co_return arrival::late;
  if (ended_) co_return arrival::ended;
  if (!reading_ && !start_reading()) co_return arrival::late;
  co_return co_await await_read();
}

task<arrival> connection::more_into(std::string& into, std::size_t& filled, std::size_t wanted) {
  if (interrupted_) co_return arrival::late;
  if (ended_) co_return arrival::ended;
  if (reading_ || input_.size() > 0) {
    if (input_.size() == 0)
      if (const auto came = co_await await_read(); came != arrival::bytes) co_return came;
    const auto ready = input_.view().substr(0, wanted);
    into.resize(filled);
    into.reserve(filled + ready.size() + spare_bytes);
    into.append(ready);
    filled += ready.size();
    input_.consume(ready.size());
    co_return arrival::bytes;
  }
  // Grows by what has come so far: a declared length alone takes no memory.
  if (into.size() == filled) {
    const auto grown = filled + std::min(wanted, std::max(direct_step, filled));
    into.reserve(grown + spare_bytes);
    into.resize(grown);
  }
  direct_ = reading_ = true;
  direct_bytes_ = 0;
  stream_->start_read(boost::asio::buffer(into.data() + filled, std::min(wanted, into.size() - filled)), shared_from_this());
  const auto came = co_await await_read();
  filled += direct_bytes_;
  co_return came;
}

void connection::on_read(boost::system::error_code error, std::size_t count) {
  reading_ = false;
  if (std::exchange(slims_, false) && error == boost::asio::error::operation_aborted && !ended_ && !interrupted_) {
    if (watching_) input_.slim();
    start_reading();
    return;
  }
  if (!error) {
    if (direct_) direct_bytes_ = count;
    else input_.add(count);
    last_ = arrival::bytes;
  } else if (error == boost::asio::error::operation_aborted && !ended_) {
    last_ = arrival::late;
  } else {
    ended_ = true;
    last_ = arrival::ended;
  }
  if (waiting_.is_waiting()) return waiting_.resume();
  if (!watching_) return;
  if (ended_) reset();
  else if (input_.size() < sent_ahead_max) start_reading();
}

void connection::wait_until(instant deadline) {
  read_deadline_ = deadline;
  interrupted_ = false;
}

void connection::interrupt() {
  interrupted_ = true;
  read_deadline_ = never;
  stream_->cancel();
}

void connection::start_watching() {
  read_deadline_ = never;
  watching_ = true;
  watched_a_tick_ = false;
  if (ended_) reset();
  else if (!reading_ && input_.size() < sent_ahead_max) start_reading();
}

void connection::stop_watching() {
  watching_ = false;
  when_gone_ = nullptr;
}

bool connection::write_now(pieces& what) {
  if (gone_) return false;
  if (stream_->write_now(what)) return what.empty();
  reset();
  return false;
}

task<bool> connection::write(pieces what) {
  drop_front(what, 0);  // a leading empty piece would make a write of nothing look like a broken connection
  while (!gone_ && !what.empty()) {
    write_deadline_ = time_.now() + terms_.write_timeout;
    const auto written = co_await stream_->write_some(what);
    write_deadline_ = never;
    if (written == 0) reset();
    drop_front(what, written);
  }
  co_return !gone_;
}

task<void> connection::finish() {
  stop_watching();
  wait_until(time_.now() + finish_time);
  if (!gone_) co_await stream_->end_writing();
  std::size_t thrown_away = input_.size();
  input_.consume(input_.size());
  while (thrown_away < finish_bytes_max) {
    const auto came = co_await more();
    if (came != arrival::bytes) break;
    thrown_away += input_.size();
    input_.consume(input_.size());
  }
  close();
}

void connection::close() {
  ended_ = true;
  read_deadline_ = write_deadline_ = never;
  stream_->close();
}

void connection::reset() {
  ended_ = true;
  read_deadline_ = write_deadline_ = never;
  stream_->reset();
  leave();
}

void connection::leave() {
  gone_ = true;
  if (const auto gone = std::exchange(when_gone_, nullptr)) gone();
}

task<void> connection::settled() {
  while (reading_) co_await waiting_.wait();
}

void connection::check_deadlines(instant now) {
  if (now >= write_deadline_) return reset();
  if (now >= read_deadline_) return interrupt();
  give_memory_back();
}

// A request that is served for longer than a tick, most likely with a stream: its client sends nothing meanwhile, and the read that only
// watches for its leaving needs no buffer for a request. Not while a write waits, which would be cancelled with the read.
void connection::give_memory_back() {
  if (!watching_ || !std::exchange(watched_a_tick_, true)) return;
  if (!reading_ || slims_ || !input_.is_fat() || waiting_.is_waiting() || write_deadline_ != never) return;
  slims_ = true;
  stream_->cancel();
}

}  // namespace sallyport::server
