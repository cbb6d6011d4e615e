#include "proxy/rehearsal/demo_traffic.hpp"

#include "proxy/rehearsal/stream_verdict.hpp"
#include "proxy/words/clock.hpp"
#include "proxy/words/task.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace sallyport::rehearsal {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using socket_type = asio::basic_stream_socket<tcp, executor>;
using timer_type = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;
using std::chrono::milliseconds;

constexpr std::size_t body_max = 64u << 20;  // a stream with an event of 16 MiB is judged too
constexpr std::size_t unread_max = 64u << 10;  // what Beast has not taken yet of a head

instant now() { return std::chrono::steady_clock::now(); }
milliseconds since(instant then) { return std::chrono::duration_cast<milliseconds>(now() - then); }

/// The words that the answer must echo, so that a mixed-up answer is seen.
std::string marker_of(int number) { return "rehearsal request " + std::to_string(number) + " of the demo"; }

std::string request_text(const traffic_options& options, const std::string& model, int number) {
  const std::string body = boost::json::serialize(boost::json::object{
      {"model", model}, {"stream", options.stream}, {"messages", boost::json::array{{{"role", "user"}, {"content", marker_of(number)}}}}});
  return "POST /v1/chat/completions HTTP/1.1\r\nhost: " + options.address + ":" + std::to_string(options.port) +
         "\r\nauthorization: Bearer " + std::string(options.key.reveal()) +
         "\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A reply that is no stream: a first choice with our words and a finish reason.
bool is_whole_reply(std::string_view body, std::string_view marker) {
  boost::system::error_code unreadable;
  const boost::json::value root = boost::json::parse(body, unreadable);
  if (unreadable) return false;
  const auto* finish = root.find_pointer("/choices/0/finish_reason", unreadable);
  const auto* text = root.find_pointer("/choices/0/message/content", unreadable);
  return finish != nullptr && finish->is_string() && text != nullptr && text->is_string() &&
         std::string_view(text->get_string()).find(marker) != std::string_view::npos;
}

/// Fed with the bytes of one reply.
class reply_judge {
 public:
  reply_judge(int number, bool is_stream) : marker_(marker_of(number)), is_stream_(is_stream) {
    parser_.body_limit(body_max);
    parser_.eager(true);
  }

  /// False when this is no HTTP, or too much of it.
  bool feed(std::string_view bytes) {
    unread_ += bytes;
    while (!unread_.empty() && !parser_.is_done()) {
      boost::system::error_code error;
      const std::size_t used = parser_.put(asio::buffer(unread_), error);
      unread_.erase(0, used);
      if (error == http::error::need_more) break;
      if (error) return false;
      read_body();
    }
    read_body();
    return unread_.size() <= unread_max;
  }
  void end_of_input() {
    boost::system::error_code ignored;
    if (parser_.got_some()) parser_.put_eof(ignored);
  }
  bool is_done() const { return parser_.is_done(); }
  bool has_text() const { return verdict_.has_text(); }

  void judge(judged_answer& into) const {
    if (!parser_.is_header_done()) return;
    const auto& head = parser_.get();
    into.status = static_cast<int>(head.result_int());
    into.served_by = std::string(head["x-sallyport-served-by"]);
    into.served_class = std::string(head["x-sallyport-class"]);
    const auto attempts = head["x-sallyport-attempts"];
    std::from_chars(attempts.data(), attempts.data() + attempts.size(), into.attempts);
    into.sentence = into.status == 200 ? verdict_.error() : head.body().substr(0, 200);
    into.outcome = outcome(into.status);
  }

 private:
  void read_body() {
    const std::string& body = parser_.get().body();
    if (is_stream_ && parser_.is_header_done() && parser_.get().result_int() == 200) verdict_.feed(std::string_view(body).substr(seen_));
    seen_ = body.size();
  }
  answer_outcome outcome(int status) const {
    if (status != 200 || (!verdict_.error().empty() && !verdict_.has_text())) return answer_outcome::refused;
    if (!verdict_.error().empty()) return answer_outcome::ended_by_error;
    if (!is_stream_)
      return parser_.is_done() && is_whole_reply(parser_.get().body(), marker_) ? answer_outcome::whole : answer_outcome::cut_silently;
    const bool is_ours = verdict_.text().find(marker_) != std::string::npos;
    return parser_.is_done() && verdict_.is_whole() && is_ours ? answer_outcome::whole : answer_outcome::cut_silently;
  }

  std::string marker_;
  bool is_stream_;
  http::response_parser<http::string_body> parser_;
  std::string unread_;
  std::size_t seen_ = 0;
  stream_verdict verdict_;
};

/// One run: coroutines take numbers until none is left.
class run {
 public:
  run(const traffic_options& options, const std::function<void(int)>& after_each) : options_(options), after_each_(after_each) {
    answers_.resize(static_cast<std::size_t>(std::max(options.requests, 0)));
  }

  std::vector<judged_answer> all() {
    const int at_once = std::min(std::max(options_.at_once, 1), options_.requests);
    for (int i = 0; i < at_once; ++i) asio::co_spawn(io_, take_turns(), asio::detached);
    io_.run();
    return std::move(answers_);
  }

 private:
  task<void> take_turns() {
    while (next_ < options_.requests) {
      judged_answer& answer = answers_[static_cast<std::size_t>(next_++)];
      answer.number = next_;
      answer.model = options_.models[static_cast<std::size_t>(next_ - 1) % options_.models.size()];
      co_await ask(answer);
      ++ended_;
      if (after_each_) after_each_(ended_);
    }
  }

  task<void> ask(judged_answer& answer) {
    const auto socket = std::make_shared<socket_type>(io_.get_executor());
    timer_type patience(io_.get_executor(), options_.patience);
    patience.async_wait([socket](boost::system::error_code cancelled) {
      boost::system::error_code ignored;
      if (!cancelled) socket->close(ignored);
    });
    const instant began = now();
    reply_judge judge(answer.number, options_.stream);
    co_await converse(*socket, judge, answer, began);
    judge.judge(answer);
    answer.took = since(began);
  }

  task<void> converse(socket_type& socket, reply_judge& judge, judged_answer& answer, instant began) {
    boost::system::error_code unreadable;
    const auto address = asio::ip::make_address(options_.address, unreadable);
    if (unreadable) co_return;
    const tcp::endpoint gateway(address, options_.port);
    const auto [refused] = co_await socket.async_connect(gateway, as_values);
    if (refused) co_return;
    const std::string request = request_text(options_, answer.model, answer.number);
    const auto [not_sent, sent] = co_await asio::async_write(socket, asio::buffer(request), as_values);
    if (not_sent) co_return;
    std::array<char, 16u << 10> buffer;
    while (!judge.is_done()) {
      const auto [error, size] = co_await socket.async_read_some(asio::buffer(buffer), as_values);
      if (error == asio::error::eof) judge.end_of_input();
      if (error || !judge.feed({buffer.data(), size})) co_return;
      if (answer.first_token.count() == 0 && judge.has_text()) answer.first_token = std::max(since(began), milliseconds(1));
    }
  }

  const traffic_options& options_;
  const std::function<void(int)>& after_each_;
  asio::io_context io_{1};
  std::vector<judged_answer> answers_;
  int next_ = 0;
  int ended_ = 0;
};

}  // namespace

std::string_view name_of(answer_outcome what) {
  constexpr std::array<std::string_view, 5> names{"whole", "ended_by_error", "refused", "cut_silently", "no_answer"};
  return names[static_cast<std::size_t>(what)];
}

std::vector<judged_answer> send_traffic(const traffic_options& options, const std::function<void(int ended)>& after_each) {
  if (options.models.empty()) return {};
  return run(options, after_each).all();
}

}  // namespace sallyport::rehearsal
