"""Background jobs without a worker process.

A bench has worker processes beside the server. Here the queue lies in this process's memory (or in a Redis that
nobody else reads), so enqueued jobs would never run. `start()` gives the server a thread that runs them;
`work_off()` runs what is queued and comes back; `forget()` empties the queues, for tests.
"""

import threading
import time

PAUSE = 0.3  # seconds between two looks at empty queues


def queues():
	from monoframe.utils import background_jobs as jobs

	return [jobs.get_queue(name) for name in jobs.get_queue_list()]


def forget():
	for (
		queue
	) in queues():  # not queue.empty(): that is a Lua script, and the Redis in this process knows no Lua
		queue.connection.delete(queue.key, *(queue.job_class.key_for(name) for name in queue.get_job_ids()))


def work_off() -> int:
	"""Run the queued jobs, in a thread with a connection of its own; returns how many there were."""
	counted = []

	def work():
		with _connected():
			while _next():
				counted.append(1)

	thread = threading.Thread(target=work)
	thread.start()
	thread.join()
	return len(counted)


def start() -> threading.Thread:
	def work():
		while True:
			with _connected():
				while _next():
					pass
			time.sleep(PAUSE)

	thread = threading.Thread(target=work, daemon=True, name="jobs")
	thread.start()
	return thread


class _connected:
	def __enter__(self):
		import monoframe

		monoframe.init(force=True)

	def __exit__(self, *error):
		import monoframe

		monoframe.destroy()


def _next() -> bool:
	"""Run one job. What it raises is logged by the framework (Error Log) and must not end the thread."""
	import monoframe
	from rq.job import Job, JobStatus

	for queue in queues():
		if job_id := queue.connection.lpop(queue.key):
			job = Job.fetch(job_id.decode(), connection=queue.connection)
			try:
				job.set_status(JobStatus.STARTED)
				job.func(*job.args, **job.kwargs)
				job.set_status(JobStatus.FINISHED)
			except Exception:
				job.set_status(JobStatus.FAILED)
			monoframe.init(force=True)  # the job has closed its connection
			return True
	return False
