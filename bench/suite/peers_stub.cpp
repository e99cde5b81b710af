#include <poolproof/bench/suite/peers.h>
namespace poolproof::bench { std::vector<Contender> peers() { return {}; } std::string peer_versions() { return ""; } }
