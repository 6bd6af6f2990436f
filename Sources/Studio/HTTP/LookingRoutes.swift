import Serving

extension StudioState {
  var lookingRoutes: [Route] { [] }
}
