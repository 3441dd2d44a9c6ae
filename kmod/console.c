// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypervisor's console, as a stream to every open file and as a sysfs
 * entry. Live it is a ring that the hypervisor writes and tells nobody about:
 * it is looked at now and then while someone waits. When the hypervisor ends,
 * or could not start, a copy of the ring takes its place.
 */

#include <linux/fs.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "cellblock.h"

#define LOOK_EVERY	(HZ / 20)
#define NOTE_MAX	64
#define CHUNK		2048u

/* How far a reader has come. */
struct place {
	u32 generation;		/* of the console that pos belongs to */
	u32 pos;		/* number of the next byte */
	u32 note_len, note_pos;
	char note[NOTE_MAX];	/* to be delivered first */
};

/* An open file. lock: of threads that share it. */
struct reader {
	struct mutex lock;
	struct place place;
};

static void look(struct work_struct *work);

static DEFINE_MUTEX(lock);	/* the pointers and the generation */
static const struct cb_console_ring *ring;	/* live, or saved, or NULL */
static struct cb_console_ring *saved;
static u32 ring_size;		/* bytes behind ring */
static bool live;
static u32 generation;		/* counts enables */
static u32 woken_tail;
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_DELAYED_WORK(look_work, look);

static u32 text_size(void)
{
	u32 size = ring ? READ_ONCE(ring->size) : 0;

	/* 0 until the hypervisor has set it up */
	return is_power_of_2(size) && size <= ring_size - sizeof(*ring) ?
	       size : 0;
}

static u32 tail(void)
{
	return smp_load_acquire(&ring->tail);
}

int cb_console_attach(u64 phys, u64 size)
{
	struct cb_console_ring *copy = kvzalloc(size, GFP_KERNEL);
	void *map = memremap(phys, size, MEMREMAP_WB);

	if (!copy || !map) {
		kvfree(copy);
		if (map)
			memunmap(map);
		return -ENOMEM;
	}
	mutex_lock(&lock);
	kvfree(saved);
	saved = copy;
	ring = map;
	ring_size = size;
	live = true;
	generation++;
	mutex_unlock(&lock);
	return 0;
}

void cb_console_detach(void)
{
	void *map;

	mutex_lock(&lock);
	map = (void *)ring;
	memcpy(saved, map, ring_size);
	ring = saved;
	live = false;
	mutex_unlock(&lock);
	memunmap(map);
	wake_up_interruptible(&queue);
}

void cb_console_exit(void)
{
	cancel_delayed_work_sync(&look_work);
	kvfree(saved);
}

static void copy_out(char *buf, u32 from, u32 n, u32 size)
{
	u32 at = from & (size - 1);
	u32 first = min(n, size - at);

	memcpy(buf, ring->text + at, first);
	memcpy(buf + first, ring->text, n - first);
}

/*
 * Bytes from *pos on, at most len; moves *pos past them and past what was
 * overwritten, which is counted in *missed. The writer stores a byte before
 * it moves the tail, so the oldest byte is never trusted.
 */
static u32 fetch(u32 *pos, char *buf, u32 len, u32 *missed)
{
	u32 size = text_size(), tries, n, end, skip;

	*missed = 0;
	if (!size)
		return 0;
	for (tries = 0; tries < 16; tries++) {
		end = tail();
		skip = end - *pos >= size ? end - *pos - (size - 1) : 0;
		*pos += skip;
		*missed += skip;
		n = min(len, end - *pos);
		copy_out(buf, *pos, n, size);
		smp_rmb();	/* the text before the tail that judges it */
		if (tail() - *pos < size) {
			*pos += n;
			return n;
		}
	}
	return 0;	/* written faster than it can be read: try later */
}

size_t cb_console_last(char *buf, size_t size)
{
	u32 pos, missed, n = 0;

	mutex_lock(&lock);
	if (text_size()) {
		pos = tail();
		pos -= min3(pos, (u32)size, text_size() - 1);
		n = fetch(&pos, buf, size, &missed);
	}
	mutex_unlock(&lock);
	return n;
}

static void look(struct work_struct *work)
{
	u32 now;

	mutex_lock(&lock);
	now = text_size() ? tail() : 0;
	if (now != woken_tail || !live) {
		woken_tail = now;
		wake_up_interruptible(&queue);
	}
	if (live && waitqueue_active(&queue))
		schedule_delayed_work(&look_work, LOOK_EVERY);
	mutex_unlock(&lock);
}

/* Is there something, or will there never be? Else starts looking. */
static bool ready(const struct reader *r)
{
	bool yes;

	mutex_lock(&lock);
	yes = !live || r->place.note_len ||
	      (text_size() && (r->place.generation != generation ||
			       tail() != r->place.pos));
	if (!yes)
		schedule_delayed_work(&look_work, LOOK_EVERY);
	mutex_unlock(&lock);
	return yes;
}

int cb_console_open(struct inode *inode, struct file *file)
{
	struct reader *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock);
	file->private_data = r;
	return stream_open(inode, file);
}

int cb_console_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

/* What there is now; *end: nothing will follow. */
static u32 take(struct place *p, char *buf, u32 len, bool *end)
{
	u32 missed, n;

	mutex_lock(&lock);
	if (p->generation != generation) {
		p->generation = generation;
		p->pos = 0;
	}
	n = fetch(&p->pos, buf, len, &missed);
	*end = !live;
	mutex_unlock(&lock);
	if (missed) {
		p->pos -= n;	/* the text comes after the note */
		p->note_len = scnprintf(p->note, NOTE_MAX,
				"<missed %u bytes of console log>\n", missed);
		p->note_pos = 0;
	}
	return n;
}

static u32 take_note(struct place *p, char *buf, u32 len)
{
	u32 n = min(len, p->note_len - p->note_pos);

	memcpy(buf, p->note + p->note_pos, n);
	p->note_pos += n;
	if (p->note_pos == p->note_len)
		p->note_len = 0;
	return n;
}

static ssize_t read_now(struct reader *r, char *kbuf, char __user *buf, u32 len)
{
	struct place place = r->place;
	bool end = false;
	u32 n = 0;

	if (!place.note_len)
		n = take(&place, kbuf, len, &end);
	if (place.note_len)
		n = take_note(&place, kbuf, len);
	if (!n)
		return end ? 0 : -EAGAIN;
	if (copy_to_user(buf, kbuf, n))
		return -EFAULT;
	r->place = place;
	return n;
}

ssize_t cb_console_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	struct reader *r = file->private_data;
	u32 size = min_t(size_t, len, CHUNK);
	char *kbuf;
	ssize_t n;

	if (!len)
		return 0;
	kbuf = kmalloc(size, GFP_KERNEL);
	if (!kbuf)
		return -ENOMEM;
	do {
		n = mutex_lock_interruptible(&r->lock);
		if (n)
			break;
		n = read_now(r, kbuf, buf, size);
		mutex_unlock(&r->lock);
		if (n != -EAGAIN || (file->f_flags & O_NONBLOCK))
			break;
		n = wait_event_interruptible(queue, ready(r));
	} while (!n);
	kfree(kbuf);
	return n;
}

__poll_t cb_console_poll(struct file *file, struct poll_table_struct *wait)
{
	poll_wait(file, &queue, wait);
	return ready(file->private_data) ? EPOLLIN | EPOLLRDNORM : 0;
}
