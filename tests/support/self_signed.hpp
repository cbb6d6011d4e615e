#pragma once
/// A key and a certificate signed with it, as PEM files in a folder that goes with the object. Such a certificate is its own authority, for
/// whoever has to check it.

#include "config/settings.hpp"
#include "tests/support/scratch_folder.hpp"

#include <chrono>

namespace sallyport::tests {

class self_signed {
  scratch_folder folder_;

 public:
  static constexpr std::chrono::sys_seconds far_away = std::chrono::sys_days(std::chrono::year(2099) / 1 / 1);

  explicit self_signed(long serial = 1, std::chrono::sys_seconds ends = far_away) : files{folder_ / "cert.pem", folder_ / "key.pem"} {
    renew(serial, ends);
  }

  /// Another key and certificate in the same files.
  void renew(long serial, std::chrono::sys_seconds ends = far_away) const;

  config::tls_files files;
};

}  // namespace sallyport::tests
