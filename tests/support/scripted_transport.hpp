#pragma once
/// A transport that plays scripts instead of opening sockets. Part of the simulation: all its waits are the virtual clock's.

#include "proxy/upstream/transport.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::tests {

/// One thing that an upstream does, `after` the one before it.
struct script_step {
  duration after{};
  upstream::signal does = upstream::signal::data;
  std::string bytes;
  int status = 200;
  header_list headers;
  failure_kind fails_with = failure_kind::connection_lost;
  bool body_arrived = true;
};

using script = std::vector<script_step>;

struct sent_record {
  std::string deployment;
  std::string body;
  instant at;
};

class scripted_transfer final : public upstream::transfer {
 public:
  scripted_transfer(script steps, clock& time, int& open) : steps_(std::move(steps)), time_(time), wait_(time.make_wait()), from_(time.now()), open_(open) { ++open_; }
  ~scripted_transfer() override { --open_; }

  task<upstream::signal> next(instant deadline) override {
    if (at_ >= steps_.size()) {  // a silent upstream
      const bool came = co_await wait_->until(deadline);
      co_return came ? upstream::signal::late : upstream::signal::cancelled;
    }
    const auto& step = steps_[at_];
    const instant due = from_ + step.after;
    if (due > time_.now()) {
      const bool came = co_await wait_->until(due < deadline ? due : deadline);
      if (!came) co_return upstream::signal::cancelled;
      if (due > time_.now()) co_return upstream::signal::late;
    }
    ++at_;
    from_ = due;
    body_sent_ = body_sent_ || step.body_arrived;
    if (step.does == upstream::signal::head) head_ = {step.status, step.headers};
    if (step.does == upstream::signal::failed) why_ = fail(step.fails_with);
    data_ = step.bytes;
    co_return step.does;
  }

  void cancel() override { wait_->cancel(); }
  const upstream::incoming_head& head() const override { return head_; }
  std::string_view data() const override { return data_; }
  const failure& why() const override { return why_; }
  bool body_sent() const override { return body_sent_; }
  std::string peer() const override { return "127.0.0.1:1"; }

 private:
  script steps_;
  clock& time_;
  std::unique_ptr<wait_handle> wait_;
  std::size_t at_ = 0;
  instant from_;
  int& open_;
  upstream::incoming_head head_;
  std::string data_;
  failure why_;
  bool body_sent_ = false;
};

class scripted_transport final : public upstream::transport {
 public:
  explicit scripted_transport(clock& time) : time_(time) {}

  /// Scripts of a deployment, one a send; the last one serves all further sends.
  void set(const std::string& deployment, std::vector<script> scripts) { scripts_[deployment] = {scripts.begin(), scripts.end()}; }

  /// What a deployment does with a send depends on when it comes.
  void play(const std::string& deployment, std::function<script(instant)> conduct) { conducts_[deployment] = std::move(conduct); }

  std::unique_ptr<upstream::transfer> send(const cleared& target, upstream::outgoing what) override {
    const auto& name = target.deployment().name;
    sent.push_back({name, *what.body, time_.now()});
    if (const auto conduct = conducts_.find(name); conduct != conducts_.end())
      return std::make_unique<scripted_transfer>(conduct->second(time_.now()), time_, open);
    auto& queue = scripts_[name];
    script next = queue.empty() ? script{} : queue.front();
    if (queue.size() > 1) queue.pop_front();
    return std::make_unique<scripted_transfer>(std::move(next), time_, open);
  }

  std::vector<sent_record> sent;
  int open = 0;   ///< transfers that have not ended

 private:
  clock& time_;
  std::map<std::string, std::deque<script>> scripts_;
  std::map<std::string, std::function<script(instant)>> conducts_;
};

}  // namespace sallyport::tests
