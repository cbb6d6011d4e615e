#pragma once
/// The demo's stage: three built-in upstreams, one of each class, each with a thread, and the configuration that points at them.
/// Members may be called by one thread at a time.

#include "adapters/words/deployment_class.hpp"
#include "adapters/words/secret.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

/// Where the gateway of the stage is to listen, and where it keeps its journal (empty: the gateway's own choice).
struct stage_addresses {
  std::uint16_t api_port = 7070;
  std::uint16_t admin_port = 7071;
  std::string journal;
};

class stage_set {
 public:
  /// Mints the team's key: a new one for each stage, so that none stands in the source.
  stage_set();
  ~stage_set();

  /// Starts the three upstreams on ports of the system's choice.
  result<void> start();
  void stop();

  upstream_thread& upstream(deployment_class which) { return *upstreams_[static_cast<std::size_t>(which)]; }
  const secret& key() const { return key_; }
  /// The public model that tries this class first, then the others.
  static std::string_view model_first_at(deployment_class which);
  /// The deployment of that class as PROVIDER/MODEL; a fault is asked for by hanging it on, as in managed/flagship!status=503.
  static std::string deployment_of(deployment_class which);

  /// The YAML of the gateway; call after start(). Beside the three models it offers one for each fault worth watching by hand
  /// (`when-busy`, `when-reset` ...): the fault is played by the managed upstream, the others rescue.
  std::string configuration(const stage_addresses& where) const;

  /// What to type, each line working as printed.
  std::string greeting(std::uint16_t api_port, std::uint16_t admin_port) const;

 private:
  std::array<std::unique_ptr<upstream_thread>, 3> upstreams_;
  secret key_;
};

}  // namespace sallyport::rehearsal
