#include "proxy/succession/hand_over.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <utility>

namespace sallyport::succession {
namespace {

using namespace std::chrono_literals;
using descriptor_type = boost::asio::posix::basic_stream_descriptor<executor>;

/// How long a successor may take from one word to the next: until it asks for the store, while it writes new journals on a slow disk and
/// costs nothing; and without the store, whose rows wait meanwhile.
constexpr auto patience_at_first = 300s;
constexpr auto patience_without_store = 60s;
/// Between two looks while one is under way, which is rare and short.
constexpr auto poll_pause = 5ms;

}  // namespace

class hand_over::desk : public std::enable_shared_from_this<desk> {
 public:
  desk(boost::asio::io_context& on, clock& time, owned_descriptor listening, hand_over_steps steps)
      : time_(time), steps_(std::move(steps)), listening_(on.get_executor(), listening.release()), pause_(time.make_wait()) {}

  void start() { boost::asio::co_spawn(listening_.get_executor(), receive_successors(shared_from_this()), boost::asio::detached); }

  void end(const std::string& why) {
    if (std::exchange(ended_, true)) return;
    boost::system::error_code ignored;
    listening_.close(ignored);
    pause_->cancel();
    call_off(why);
  }

 private:
  task<void> receive_successors(std::shared_ptr<desk> /*keeps us*/) {
    while (!ended_) {
      const auto [failed] = co_await listening_.async_wait(descriptor_type::wait_read, as_values);
      if (failed || ended_) co_return;
      take_one();
    }
  }

  void take_one() {
    bool other_user = false;
    auto came = accept_notes(listening_.native_handle(), other_user);
    if (other_user) steps_.log("a process of another user may not take over", "");
    if (!came) return;
    if (attending_ || relieved_) {
      const std::string why = relieved_ ? "another gateway has just taken over; try again" : "another process is taking over";
      came->send(std::string(refusal_prefix) + why);
      return steps_.log("a further process may not take over", why);
    }
    successor_.emplace(std::move(*came));
    attending_ = true;
    boost::asio::co_spawn(listening_.get_executor(), attend(shared_from_this()), boost::asio::detached);
  }

  task<void> attend(std::shared_ptr<desk> /*keeps us*/) {
    until_ = time_.now() + patience_at_first;
    while (successor_) {
      note said;
      const auto came = successor_->receive(said, 0);
      if (came == note_socket::came::ended) call_off("it ended before it served");
      else if (came == note_socket::came::note) answer(said.text);
      else if (letting_go_ && !free_ && steps_.has_let_go()) say_free();
      else if (time_.now() >= until_) call_off("it did not say that it serves in time");
      if (!successor_) break;
      co_await pause_->until(time_.now() + poll_pause);
    }
    attending_ = false;
  }

  void answer(const std::string& text) {
    until_ = time_.now() + (text == take_over_wish ? patience_at_first : patience_without_store);
    if (text == take_over_wish) return lend();
    if (text == "store" && lent_ && !letting_go_) {
      letting_go_ = true;
      return steps_.let_go();
    }
    if (text.starts_with("serving") && free_) return retire(text);
    call_off("it speaks of something else: " + text);
  }

  void lend() {
    steps_.log("another process begins to take over", "");
    lent_ = true;
    bool sent = true;
    for (const int one : steps_.api_sockets()) sent = sent && successor_->send("api", one);
    for (const int one : steps_.admin_sockets()) sent = sent && successor_->send("admin", one);
    if (!sent || !successor_->send("all")) call_off("it does not take the sockets");
  }

  void say_free() {
    free_ = true;
    until_ = time_.now() + patience_without_store;
    if (!successor_->send("free")) call_off("it ended before it served");
  }

  void retire(const std::string& text) {
    // Before the answer: if it is lost, the successor serves all the same.
    relieved_ = true;
    successor_->send("done");
    successor_.reset();
    const auto keeps = [&](const char* word) { return text.find(word) != std::string::npos; };
    steps_.relieved({.api = keeps(" api"), .admin = keeps(" admin")});
  }

  void call_off(const std::string& why) {
    if (!successor_) return;
    successor_->send(std::string(refusal_prefix) + why);
    successor_.reset();
    free_ = lent_ = false;
    if (std::exchange(letting_go_, false)) steps_.take_back();
    steps_.log("the other process has not taken over; this one goes on", why);
  }

  clock& time_;
  hand_over_steps steps_;
  descriptor_type listening_;
  std::unique_ptr<wait_handle> pause_;
  std::optional<note_socket> successor_;
  instant until_{};
  bool lent_ = false, letting_go_ = false, free_ = false;   ///< how far the present successor has come
  bool attending_ = false;
  bool relieved_ = false;
  bool ended_ = false;
};

hand_over::hand_over(std::shared_ptr<desk> made) : desk_(std::move(made)) {}
hand_over::~hand_over() { end("this gateway ends"); }
void hand_over::end(const std::string& why) { desk_->end(why); }

result<std::unique_ptr<hand_over>> hand_over::open(boost::asio::io_context& on, clock& time, const std::string& folder,
                                                   hand_over_steps steps) {
  auto listening = listen_for_notes(folder, take_over_name);
  if (listening.has_error()) return std::move(listening).error();
  auto made = std::make_shared<desk>(on, time, std::move(*listening), std::move(steps));
  made->start();
  return std::unique_ptr<hand_over>(new hand_over(std::move(made)));
}

}  // namespace sallyport::succession
