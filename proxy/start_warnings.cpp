#include "proxy/start_warnings.hpp"

namespace sallyport {

void warn_at_start(observe::logger& log, const config::settings& settings, const descriptor_shares& shares, std::size_t descriptors, int workers) {
  const auto& listen = settings.listen;
  if (settings.teams.empty())
    log.write(observe::level::warn, "the gateway is OPEN: no teams are configured, so anybody who reaches it may use every model",
              {{"address", listen.address.host}});
  if (shares.clients < listen.max_connections)
    log.write(observe::level::warn, "fewer client connections than listen.max_connections: raise the limit of open files (ulimit -Hn, LimitNOFILE)",
              {{"connections", shares.clients}, {"descriptors", descriptors}, {"descriptors_wanted", descriptors_wanted(listen.max_connections, workers)}});
}

}  // namespace sallyport
