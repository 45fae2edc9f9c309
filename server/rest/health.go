package rest

import "net/http"

// greet is what Rockset says to whoever comes to the door.
func (c *call) greet() error {
	return c.reply(http.StatusOK, map[string]string{"message": "GO ROCKSET!"})
}

// live says that the process answers.
func (c *call) live() error {
	return c.reply(http.StatusOK, map[string]string{"status": "live"})
}

// ready says that the server answers at once. After a restart, queries wait for the log to be replayed.
func (c *call) ready() error {
	if !c.api.server.Ready() {
		return refuse(http.StatusServiceUnavailable, "SERVICEUNAVAILABLE", "the log is being replayed; queries wait for it")
	}
	return c.reply(http.StatusOK, map[string]string{"status": "ready"})
}

func (c *call) getMetrics() error {
	if c.api.metrics == nil {
		return notSupported("metrics, which this server was started without")
	}
	c.replyDeadline()
	c.api.metrics.ServeHTTP(c.w, c.Request)
	return nil
}
