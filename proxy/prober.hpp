#pragma once
/// Asks the health endpoints of providers whose deployments rest, so that a recovery is found without a client's request; and the metrics of
/// engines whose deployments have saturation limits. One thread of its own for the whole process, which sleeps while there is nothing to ask.

#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/generation.hpp"

#include <memory>

namespace sallyport {

class prober {
 public:
  /// So many are asked at once; the others are next.
  static constexpr std::size_t at_once_max = 8;

  /// Both outlive it.
  prober(observe::logger& log, observe::metrics& metrics);
  /// Ends what is under way, and joins.
  ~prober();
  prober(const prober&) = delete;
  prober& operator=(const prober&) = delete;

  /// From now on the providers of that generation. The first one starts the thread. One caller at a time.
  void publish(std::shared_ptr<const stages::generation> next);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace sallyport
