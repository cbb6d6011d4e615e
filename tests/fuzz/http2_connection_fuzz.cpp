// Bytes of a provider on a connection in HTTP/2 with two requests under way, at some split: nobody is told anything behind an end, no more waits
// than the window lets through, and all are told of an end when the connection has one.

#include "proxy/upstream/http2_connection.hpp"
#include "stream_cuts.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace {

using namespace sallyport;
using namespace sallyport::upstream;
using fuzz::must;

struct wire_in_memory final : provider_wire {
  explicit wire_in_memory(boost::asio::io_context& on) : io(on) {}
  void handshake(std::function<void(boost::system::error_code)>) override {}
  void start_read() override { reading_ = true; }
  std::size_t write_now(const pieces&, boost::system::error_code&) override { return 0; }
  void start_write(const pieces& what) override {
    boost::asio::post(io, [self = shared_from_this(), this, size = what[0].size()] {
      if (user_ != nullptr) user_->on_written({}, size);
    });
  }
  bool is_quiet() override { return user_ != nullptr; }
  bool is_secured() const override { return true; }
  void close() override { user_ = nullptr; }

  bool is_open() const { return user_ != nullptr; }
  void arrive(const std::string& bytes) { user_->on_read({}, bytes); }
  void end() {
    if (user_ != nullptr) user_->on_read(boost::asio::error::eof, {});
  }

  boost::asio::io_context& io;
};

struct standing_clock final : clock {
  instant now() const override { return at; }
  wall_time wall() const override { return {}; }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }
  instant at = std::chrono::steady_clock::now();
};

struct slow_reader final : http2_user {
  bool on_field(std::string_view name, std::string_view) override {
    must(!over && !name.empty());
    return true;
  }
  void on_unfit_field() override { must(!over); }
  bool on_fields_end() override {
    must(!over);
    return true;
  }
  void on_data(std::string_view bytes) override {
    must(!over);
    waiting += bytes.size();
    must(waiting <= 65'535);
  }
  void on_end() override { must(!std::exchange(over, true)); }
  void on_lost(failure why, bool) override {
    must(!why.detail.empty());
    must(!std::exchange(over, true));
  }
  std::size_t read_body(char* into, std::size_t room) override {
    const std::size_t count = std::min(room, left);
    std::fill_n(into, count, 'x');
    left -= count;
    return count;
  }
  bool is_body_read() const override { return left == 0; }
  void on_news() override {}

  std::size_t waiting = 0;
  std::size_t left = 100'000;
  bool over = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t piece = 1 + bytes[0] % 64 * 4;
  std::string_view left(reinterpret_cast<const char*>(bytes) + 1, size - 1);

  boost::asio::io_context io{1};
  standing_clock time;
  const auto wire = std::make_shared<wire_in_memory>(io);
  const auto all = std::make_shared<http2_connection>(wire, std::make_shared<deadlines>(io), time);
  std::array<slow_reader, 2> users;
  all->start([] {});
  wire->arrive(std::string("\0\0\0\4\0\0\0\0\0", 9));   // its settings
  config::provider provider;
  request_fields request;
  request.authority = "a";
  request.path = "/";
  std::array<std::int32_t, 2> streams{};
  for (std::size_t i = 0; i < users.size(); ++i) streams[i] = all->open(provider, request, users[i]);
  io.poll();
  while (!left.empty() && wire->is_open()) {
    // An allocation of its own: what is kept has to be a copy.
    wire->arrive(std::string(left.substr(0, piece)));
    left.remove_prefix(std::min(piece, left.size()));
    io.restart();
    io.poll();
  }
  wire->end();
  for (std::size_t i = 0; i < users.size(); ++i) must(streams[i] == 0 || users[i].over);
  for (const auto stream : streams) all->leave(stream);
  return 0;
}
