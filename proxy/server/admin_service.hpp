#pragma once
/// The admin side's pages, behind a listener of their own: /metrics (Prometheus text), /healthz (the process lives), /readyz (it takes
/// traffic), /admin/v1/... (admin_keys.hpp). Called on the thread of that listener only.

#include "adapters/words/secret.hpp"
#include "proxy/server/admin_keys.hpp"
#include "proxy/stages/service.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace sallyport::server {

/// What the pages show, and who may see the metrics.
struct admin_pages {
  std::function<std::string()> metrics;
  std::function<std::optional<std::string>()> not_ready_because;  ///< one word or clause while not ready, as in `draining`
  /// When set, /metrics takes `Authorization: Bearer TOKEN`; the health pages stay open, orchestrators send no key. Without it the admin API
  /// is closed.
  secret token;
  admin_keys* keys = nullptr;   ///< outlives the service; null: there is no such page
};

class admin_service final : public stages::service {
 public:
  explicit admin_service(admin_pages pages) : pages_(std::move(pages)) {}

  result<std::unique_ptr<stages::admission>> admit(const stages::request_head& head) override;
  task<void> serve(stages::request_head head, std::string body, stages::admission* held, reply_sink& sink) override;
  void refused(const stages::request_head&, const failure&) override {}

 private:
  result<void> check_token(const stages::request_head& head) const;
  task<void> serve_api(const stages::request_head& head, const std::string& body, reply_sink& sink);

  admin_pages pages_;
};

}  // namespace sallyport::server
