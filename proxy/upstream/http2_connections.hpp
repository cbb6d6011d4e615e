#pragma once
/// The HTTP/2 connections of one deployment class, and the way to more of them. To a place that may speak HTTP/2 one connection is set up at a
/// time, and whoever wants a stream meanwhile waits for it; a place that chose HTTP/1.1 gives each its own, side by side. A place is a base
/// address with its authorities and the networks where the provider may be. One thread.

#include "proxy/upstream/http2_connection.hpp"
#include "proxy/upstream/provider_connect.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::upstream {

/// One of them: a connection with room for a stream, one of one's own in HTTP/1.1, or why there is none.
struct found_way {
  std::shared_ptr<http2_connection> shared;
  std::shared_ptr<provider_wire> own;
  maybe_failure why;
};

/// Somebody who waits for a way, no longer than until its deadline. Owned jointly by that somebody and by the shelf.
class way_request final : public std::enable_shared_from_this<way_request>, private deadline_wheel::entry {
 public:
  using taker = std::function<void(found_way)>;

  way_request(std::shared_ptr<deadlines> alarms, std::shared_ptr<const config::deployment> to, instant until, taker whom);

  /// Tells nobody any more.
  void stop();

 private:
  friend class http2_connections;
  bool is_waiting() const { return whom_ != nullptr; }
  void give(found_way found);
  void on_deadline() override;
  void on_time_lost() override {}

  std::shared_ptr<const config::deployment> to_;
  instant until_;
  taker whom_;
  std::shared_ptr<provider_connect> alone_;   ///< where it does not wait for the others'
};

class http2_connections final : public std::enable_shared_from_this<http2_connections>, private deadline_wheel::entry {
 public:
  explicit http2_connections(connect_tools with, http2_patience patience = {});

  /// One with room now; null: there is none.
  std::shared_ptr<http2_connection> take(const config::provider& to);
  /// `whom` is told once, maybe from within, unless the request is stopped before.
  std::shared_ptr<way_request> ask(std::shared_ptr<const config::deployment> to, instant until, way_request::taker whom);
  /// What has no stream is closed, now and from now on.
  void close();

 private:
  struct place {
    std::vector<std::shared_ptr<http2_connection>> open;
    std::vector<std::shared_ptr<way_request>> waiting;   ///< the first to ask first
    std::shared_ptr<provider_connect> connecting;
    instant used{};
    bool speaks_http1 = false;   ///< when it was asked last
  };

  std::string key_of(const config::provider& to) const;
  void serve(const std::string& key);
  std::shared_ptr<http2_connection> with_room(place& here);
  void connect(const std::string& key, place& here);
  void connected(const std::string& key, std::shared_ptr<provider_wire> made, const maybe_failure& why, instant until);
  void connect_alone(const std::string& key, const std::shared_ptr<way_request>& whose);
  void give_alone(const std::string& key, way_request& whose, std::shared_ptr<provider_wire> made, maybe_failure why);
  std::shared_ptr<http2_connection> adopt(const std::string& key, std::shared_ptr<provider_wire> made);
  void refuse(const std::string& key, const failure& why, instant until);
  void share_out(const std::string& key, std::shared_ptr<provider_wire> made);
  bool is_too_old(const http2_connection& one) const;
  bool is_done_with(http2_connection& one) const;
  void on_deadline() override;
  void on_time_lost() override {}

  connect_tools with_;
  http2_patience patience_;
  std::unordered_map<std::string, place> places_;
  bool closed_ = false;
};

}  // namespace sallyport::upstream
