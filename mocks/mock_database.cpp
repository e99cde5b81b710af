#include <poolproof/mocks/mock_database.h>

namespace poolproof::mocks {

template class BasicMockDatabase<std::mutex>;

}  // namespace poolproof::mocks
