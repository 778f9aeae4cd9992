"""Redis inside the process.

Without a Redis the fork cannot even insert a User (it enqueues a job). `fakeredis` serves the cache and the queue
from this process's memory, for one process with as many threads as it likes. There is no second process that
could change anything, so the client-side cache needs no invalidation: it is a plain cache over the same memory.
"""

import fakeredis
import redis

from sandbox.repairs import repair, replace

server = fakeredis.FakeServer()


def pool():
	return redis.ConnectionPool(connection_class=fakeredis.FakeRedisConnection, server=server)


@repair(only="fakeredis")
def cache_in_memory():
	import monoframe
	from monoframe.utils import redis_wrapper

	def setup_cache():
		return redis_wrapper.RedisWrapper(connection_pool=pool())

	client_cache = redis_wrapper.ClientCache.__init__

	def __init__(self, *args, **kwargs):
		monoframe.cache.client_id = lambda: None  # nobody to be told of invalidations
		client_cache(self, *args, **kwargs)
		self.redis, self.healthy = monoframe.cache, False

	replace(redis_wrapper, "setup_cache", setup_cache)
	redis_wrapper.ClientCache.__init__ = __init__


@repair(only="fakeredis")
def queue_in_memory():
	from monoframe.utils import background_jobs, redis_queue

	connection = redis.Redis(connection_pool=pool())
	redis_queue.RedisQueue.get_connection = classmethod(lambda cls, *args, **kwargs: connection)
	replace(background_jobs, "get_redis_conn", lambda *args, **kwargs: connection)
