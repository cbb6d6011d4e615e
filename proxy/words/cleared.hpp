#pragma once
/// A deployment that policy has cleared for one call, and in which form the call's content may go there.
/// The transport takes nothing else, and nothing but policy's clearance can make one.

#include "config/settings.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace sallyport {

namespace policy {
class clearance;
}

/// In which form content may leave.
enum class content_form : std::uint8_t { as_it_came };

class cleared {
 public:
  const config::deployment& deployment() const { return *deployment_; }
  const config::provider& provider() const { return *deployment_->at; }
  content_form form() const { return form_; }
  /// For records that outlive the call's plan.
  const std::shared_ptr<const config::deployment>& shared_deployment() const { return deployment_; }

 private:
  friend class policy::clearance;
  cleared(std::shared_ptr<const config::deployment> deployment, content_form form) : deployment_(std::move(deployment)), form_(form) {}

  std::shared_ptr<const config::deployment> deployment_;
  content_form form_;
};

}  // namespace sallyport
