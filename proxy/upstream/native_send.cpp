#include "proxy/upstream/native_send.hpp"

#include "proxy/upstream/request_head.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace sallyport::upstream {

namespace asio = boost::asio;

native_send::native_send(asio::io_context& on, const cleared& target, outgoing what, std::shared_ptr<deadlines> alarms,
                         std::shared_ptr<kept_connections> kept, std::shared_ptr<http2_connections> shared)
    : on_(on),
      to_(target.shared_deployment()),
      what_(std::move(what)),
      alarms_(std::move(alarms)),
      kept_(std::move(kept)),
      shared_(std::move(shared)) {}

round_trip& native_send::spoken() {
  return std::visit([](round_trip& one) -> round_trip& { return one; }, spoken_);
}

const round_trip& native_send::spoken() const {
  return std::visit([](const round_trip& one) -> const round_trip& { return one; }, spoken_);
}

void native_send::start(const connect_tools& with) {
  const bool tls = to_->at->base.tls;
  if (tls)
    if (auto on = shared_->take(*to_->at)) return share(std::move(on));
  auto text = request_text(*to_->at, what_.path, what_.headers, what_.credential, what_.body ? what_.body->size() : 0);
  if (text.has_error()) return refuse(std::move(text).error());
  head_text_ = std::move(*text);
  if (auto wire = kept_->take(*to_->at)) return serve_on(std::move(wire), true);
  return tls ? find_way(with) : connect(with);
}

void native_send::connect(const connect_tools& with) {
  connecting_ = std::make_shared<provider_connect>(
      with, to_, with.time.now() + what_.connect_timeout,
      [weak = weak_from_this()](std::shared_ptr<provider_wire> made, maybe_failure why) {
        if (const auto self = weak.lock()) return self->take({nullptr, std::move(made), std::move(why)});
        if (made) made->close();
      });
  connecting_->start();
}

void native_send::find_way(const connect_tools& with) {
  auto asking = shared_->ask(to_, with.time.now() + what_.connect_timeout, [weak = weak_from_this()](found_way found) {
    if (const auto self = weak.lock()) return self->take(std::move(found));
    if (found.own) found.own->close();
  });
  if (std::holds_alternative<no_round_trip>(spoken_)) asking_ = std::move(asking);   // else it was told from within
}

void native_send::take(found_way found) {
  connecting_.reset();
  asking_.reset();
  if (found.why) return refuse(*std::move(found.why));
  if (found.shared) return share(std::move(found.shared));
  serve_on(std::move(found.own), false);
}

void native_send::share(std::shared_ptr<http2_connection> on) {
  auto fields = request_fields_of(*to_->at, what_.path, what_.headers, what_.credential, what_.body ? what_.body->size() : 0);
  if (fields.has_error()) return refuse(std::move(fields).error());
  std::string().swap(head_text_);
  peer_ = on->peer();
  round_trip_owner& owner = *this;
  spoken_.emplace<http2_round_trip>(owner, std::move(on), std::move(what_.body)).start(*to_->at, *fields);
  what_ = {};
  wake();   // from here on somebody may wait for the reply
}

void native_send::serve_on(std::shared_ptr<provider_wire> wire, bool reused) {
  peer_ = wire->peer;
  round_trip_owner& owner = *this;
  spoken_.emplace<http1_round_trip>(owner, std::move(wire), std::move(head_text_), std::move(what_.body), reused).start();
  what_ = {};
  wake();   // from here on somebody may wait for the reply
}

void native_send::refuse(failure why) {
  std::get<no_round_trip>(spoken_).refuse(std::move(why));
  what_.body.reset();
  wake();
}

const failure& native_send::why() const {
  static const failure none;
  const failure* const known = spoken().why();
  return known != nullptr ? *known : none;
}

std::optional<signal> native_send::take_signal() {
  if (std::exchange(cancelled_, false) || abandoned_) return signal::cancelled;
  return spoken().take_signal();
}

task<void> native_send::sleep(instant deadline) {
  spoken().rest();
  alarms_->set(*this, deadline);
  return sleeper_.wait();
}

void native_send::wake() {
  if (sleeper_.is_waiting()) sleeper_.resume();
}

void native_send::woken() {
  const auto self = shared_from_this();
  wake();
}

void native_send::cancel() {
  cancelled_ = true;
  wake_later();
}

// Whoever cancels or destroys is in the middle of something: the sleeper goes on when that is over.
void native_send::wake_later() {
  if (sleeper_.is_waiting()) asio::post(on_, [self = shared_from_this()] { self->wake(); });
}

void native_send::on_deadline() {
  const auto self = shared_from_this();
  if (abandoned_) return let_go();
  wake();
}

void native_send::on_time_lost() {
  const auto self = shared_from_this();
  lingering_.reset();
  sleeper_.drop();
}

void native_send::keep(std::shared_ptr<provider_wire> one) { kept_->keep(*to_->at, std::move(one)); }

void native_send::let_go() {
  if (const auto connecting = std::exchange(connecting_, nullptr)) connecting->stop();
  if (const auto asking = std::exchange(asking_, nullptr)) asking->stop();
  spoken().let_go();
  deadlines::end(*this);
  lingering_.reset();
}

void native_send::lingered() {
  const auto self = shared_from_this();
  let_go();
}

void native_send::abandon() {
  abandoned_ = true;
  if (lingers_ && spoken().linger()) {
    lingering_ = shared_from_this();
    alarms_->set(*this, std::chrono::steady_clock::now() + linger_time);
  } else {
    let_go();
  }
  what_.body.reset();
  wake_later();
}

}  // namespace sallyport::upstream
