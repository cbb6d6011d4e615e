#pragma once
/// What stands behind the API's listener: looks at the head, then runs the pipeline. One a worker; it holds the worker's generation.

#include "proxy/stages/exchange.hpp"
#include "proxy/stages/service.hpp"
#include "proxy/stages/stored_keyring.hpp"

#include <cstdint>
#include <memory>

namespace sallyport::stages {

class api_service final : public service {
 public:
  /// `lent` outlives the service.
  api_service(worker_parts& lent, std::shared_ptr<const generation> running);

  /// From here on new requests see this one; those under way keep theirs.
  void publish(std::shared_ptr<const generation> next) { running_ = std::move(next); }
  /// The keys of the store have changed.
  void publish(std::shared_ptr<const stored_keyring> keys) { stored_keys_ = std::move(keys); }
  const generation& running() const { return *running_; }

  result<std::unique_ptr<admission>> admit(const request_head& head) override;
  task<void> serve(request_head head, std::string body, admission* held, reply_sink& sink) override;
  void refused(const request_head& head, const failure& why) override;

 private:
  result<caller> who_asks(const request_head& head);
  task<void> serve_page(exchange& x, reply_sink& sink);

  worker_parts& lent_;
  std::shared_ptr<const generation> running_;
  std::shared_ptr<const stored_keyring> stored_keys_;
};

}  // namespace sallyport::stages
