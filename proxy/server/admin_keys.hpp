#pragma once
/// The admin API's keys, JSON in and out:
///
///   GET    /admin/v1/keys[?team=TEAM]             the keys of configuration and store, without their texts
///   POST   /admin/v1/keys                         {"team", "name", "expires", "models", "networks"}: mints one, shown in this answer alone
///   POST   /admin/v1/keys/TEAM/NAME/rotate        {"grace", "expires", "models", "networks"}: mints its successor
///   DELETE /admin/v1/keys/TEAM/NAME               revokes it
///
/// On the admin side's thread.

#include "adapters/words/result.hpp"
#include "proxy/ledger/key_desk.hpp"
#include "proxy/stages/service.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::server {

struct admin_reply {
  int status = 200;
  std::string body;   ///< JSON
};

struct admin_keys_parts {
  ledger::key_desk& desk;
  std::function<std::shared_ptr<const config::settings>()> settings;   ///< of the newest generation
  std::function<std::chrono::sys_seconds()> now;
  std::function<void(std::string_view what, std::string_view team, std::string_view name)> changed;   ///< minted, rotated or revoked
};

class admin_keys {
 public:
  explicit admin_keys(admin_keys_parts parts) : parts_(std::move(parts)) {}

  /// Whether the path is one of its own, whatever the method.
  static bool owns(std::string_view path);

  /// unknown_path and method_not_allowed for what is not above, invalid_json and invalid_request for a body that is not.
  result<admin_reply> serve(const stages::request_head& head, std::string_view body);

 private:
  result<admin_reply> list(std::string_view query);
  result<admin_reply> mint(std::string_view body);
  result<admin_reply> rotate(const std::string& team, const std::string& name, std::string_view body);
  result<admin_reply> revoke(const std::string& team, const std::string& name);

  admin_keys_parts parts_;
};

}  // namespace sallyport::server
