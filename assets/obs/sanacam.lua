-- Sanacam's picture as a source of OBS Studio, straight from shared memory: the shortest way there is.
--
-- Add this file in OBS under Tools > Scripts > +. It registers the source "Sanacam (shared memory)", which reads the ring
-- of frames that docs/ring.md describes (version 1, BGRA) and uploads the newest frame when OBS draws. OBS brings LuaJIT;
-- its FFI maps the file and calls libobs. Nothing is compiled, nothing is written.
--
-- Tested with OBS 29 on Linux. Written from the documentation for Windows and macOS, and not tested there.

obs = obslua
local ffi = require("ffi")
local bit = require("bit")

local KIND, VERSION, BGRA = "sanacam_ring", 1, 1
local HEADER_BYTES, SLOT_HEADER_BYTES, LARGEST_SIDE = 128, 64, 16384
local RETRY_S, SILENT_S = 0.2, 1.0
local GS_BGRX, GS_DYNAMIC = 4, 2

ffi.cdef [[
typedef struct {
  char magic[8];
  uint32_t version, header_bytes, writer_pid, format, slot_count, slot_bytes, width, height, stride, rate;
  uint64_t latest, heartbeat_ns, ring_id, open;
  uint8_t reserved[48];
} sanaring_header;
typedef struct {
  volatile uint64_t sequence;
  uint64_t captured_ns, written_ns;
  int64_t frame;
  uint64_t epoch;
  uint8_t reserved[24];
} sanaring_slot;

typedef struct gs_texture gs_texture_t;
gs_texture_t *gs_texture_create(uint32_t width, uint32_t height, int format, uint32_t levels, const uint8_t **data,
                                uint32_t flags);
void gs_texture_destroy(gs_texture_t *texture);
void gs_texture_set_image(gs_texture_t *texture, const uint8_t *data, uint32_t linesize, bool invert);
void obs_source_draw(gs_texture_t *image, int x, int y, uint32_t cx, uint32_t cy, bool flip);
void obs_enter_graphics(void);
void obs_leave_graphics(void);
]]

local libobs = pcall(function() return ffi.C.obs_source_draw end) and ffi.C or ffi.load("obs")

-- Mapping a file: map(path) gives the address and the size, or nil and why not; unmap(address, size) lets go.
local map, unmap, default_folder

if ffi.os == "Windows" then
  ffi.cdef [[
  void *CreateFileW(const wchar_t *, uint32_t, uint32_t, void *, uint32_t, uint32_t, void *);
  void *CreateFileMappingW(void *, void *, uint32_t, uint32_t, uint32_t, const wchar_t *);
  void *MapViewOfFile(void *, uint32_t, uint32_t, uint32_t, size_t);
  int UnmapViewOfFile(const void *);
  int GetFileSizeEx(void *, int64_t *);
  int CloseHandle(void *);
  int MultiByteToWideChar(uint32_t, uint32_t, const char *, int, wchar_t *, int);
  ]]
  local UTF8, READ, SHARE_ALL, OPEN_EXISTING, PAGE_READONLY, MAP_READ = 65001, 0x80000000, 7, 3, 2, 4
  local invalid = ffi.cast("void *", -1)

  map = function(path)
    local wide = ffi.new("wchar_t[1024]")
    if ffi.C.MultiByteToWideChar(UTF8, 0, path, -1, wide, 1024) == 0 then return nil, "the path is too long" end
    local file = ffi.C.CreateFileW(wide, READ, SHARE_ALL, nil, OPEN_EXISTING, 0, nil)
    if file == invalid then return nil end
    local size, address = ffi.new("int64_t[1]"), nil
    if ffi.C.GetFileSizeEx(file, size) ~= 0 and size[0] >= HEADER_BYTES then
      local mapping = ffi.C.CreateFileMappingW(file, nil, PAGE_READONLY, 0, 0, nil)
      if mapping ~= nil then
        address = ffi.C.MapViewOfFile(mapping, MAP_READ, 0, 0, 0)
        ffi.C.CloseHandle(mapping)
      end
    end
    ffi.C.CloseHandle(file)
    if address == nil then return nil end
    return address, tonumber(size[0])
  end
  unmap = function(address) ffi.C.UnmapViewOfFile(address) end
  default_folder = function() return (os.getenv("TEMP") or "") .. "\\sanacam\\" end
else
  ffi.cdef [[
  int open(const char *, int, ...);
  int close(int);
  int64_t lseek(int, int64_t, int);
  void *mmap(void *, size_t, int, int, int, int64_t);
  int munmap(void *, size_t);
  uint32_t getuid(void);
  int statx(int, const char *, int, uint32_t, void *);
  ]]
  local READ_ONLY, NO_FOLLOW = 0, ffi.os == "OSX" and 0x100 or (ffi.arch == "arm64" and 0x8000 or 0x20000)
  local PROT_READ, MAP_SHARED, SEEK_END = 1, 1, 2
  local EMPTY_PATH, BASIC_STATS, STX_UID = 0x1000, 0x7ff, 20

  -- /dev/shm is open to everybody: a file of somebody else's is none of ours. On macOS the folder itself is private.
  local function mine(file)
    if ffi.os ~= "Linux" then return true end
    local stats = ffi.new("uint8_t[256]")
    if ffi.C.statx(file, "", EMPTY_PATH, BASIC_STATS, stats) ~= 0 then return false end
    return ffi.cast("uint32_t *", stats + STX_UID)[0] == ffi.C.getuid()
  end

  map = function(path)
    local file = ffi.C.open(path, bit.bor(READ_ONLY, NO_FOLLOW))
    if file < 0 then return nil end
    if not mine(file) then
      ffi.C.close(file)
      return nil, "it belongs to another user"
    end
    local size, address = tonumber(ffi.C.lseek(file, 0, SEEK_END)), ffi.cast("void *", -1)
    if size >= HEADER_BYTES then address = ffi.C.mmap(nil, size, PROT_READ, MAP_SHARED, file, 0) end
    ffi.C.close(file)
    if address == ffi.cast("void *", -1) then return nil end
    return address, size
  end
  unmap = function(address, size) ffi.C.munmap(address, size) end
  default_folder = function()
    local user = "sanacam-" .. ffi.C.getuid() .. "/"
    if ffi.os == "OSX" then return (os.getenv("TMPDIR") or "/tmp/"):gsub("/?$", "/") .. user end
    return "/dev/shm/" .. user
  end
end

local function default_path()
  local chosen = os.getenv("SANACAM_RUNTIME_DIR")
  local folder = chosen and chosen ~= "" and chosen .. "/" or default_folder()
  return folder .. "output-1.ring"
end

-- What is wrong with a mapped ring, nil when it can be read.
local function flaw(header, size)
  if ffi.string(header.magic, 8) ~= "SANARING" then return "it is not a ring of Sanacam" end
  if header.version ~= VERSION then
    return "it has version " .. header.version .. ", this script reads version " .. VERSION ..
      "; install the script anew with `sanacam obs script`"
  end
  local needed = header.header_bytes + header.slot_count * header.slot_bytes
  if header.format ~= BGRA or header.header_bytes ~= HEADER_BYTES or header.slot_count < 2
    or header.width == 0 or header.width > LARGEST_SIDE or header.height == 0 or header.height > LARGEST_SIDE
    or header.stride ~= header.width * 4 or needed > size
    or header.slot_bytes < SLOT_HEADER_BYTES + header.height * header.stride then
    return "it is damaged"
  end
end

local function complain(source, reason)
  if reason ~= source.complaint then
    source.complaint = reason
    if reason then obs.script_log(obs.LOG_WARNING, source.path .. ": " .. reason) end
  end
end

local function close_ring(source)
  if source.address then unmap(source.address, source.size) end
  source.address, source.header = nil, nil
end

local function open_ring(source)
  local address, size = map(source.path)
  if not address then return complain(source, size) end
  local header = ffi.cast("const sanaring_header *", address)
  local reason = flaw(header, size)
  complain(source, reason)
  if reason then return unmap(address, size) end
  source.address, source.size, source.header, source.still_s = address, size, header, 0
  -- The same ring again, after a pause of its writer: what is on the screen counts. 64 bits don't fit a Lua number.
  if source.ring_id ~= header.ring_id then source.ring_id, source.shown = header.ring_id + 0ULL, 0 end
  source.seen = source.shown
end

local function drop_texture(source)
  if not source.texture then return end
  libobs.obs_enter_graphics()
  libobs.gs_texture_destroy(source.texture)
  libobs.obs_leave_graphics()
  source.texture = nil
end

-- Put the newest frame into the texture. In the graphics context.
local function upload(source)
  local header = source.header
  for _ = 1, 3 do
    local number = tonumber(header.latest)
    if number == 0 or number == source.shown then return end
    local start = ffi.cast("const uint8_t *", source.address) + HEADER_BYTES
      + (number % header.slot_count) * header.slot_bytes
    local slot = ffi.cast("const sanaring_slot *", start)
    if tonumber(slot.sequence) == 2 * number then
      if source.texture and (source.width ~= header.width or source.height ~= header.height) then
        libobs.gs_texture_destroy(source.texture)
        source.texture = nil
      end
      if not source.texture then
        source.width, source.height = header.width, header.height
        source.texture = libobs.gs_texture_create(source.width, source.height, GS_BGRX, 1, nil, GS_DYNAMIC)
        if source.texture == nil then
          source.texture = nil
          return
        end
      end
      libobs.gs_texture_set_image(source.texture, start + SLOT_HEADER_BYTES, header.stride, false)
      if tonumber(slot.sequence) == 2 * number then
        source.shown = number
        return
      end
    end
    -- Overwritten while it was copied: take the one that is newest now.
  end
end

local kind = {
  id = KIND,
  type = obs.OBS_SOURCE_TYPE_INPUT,
  -- Not asynchronous: scripts cannot make such sources.
  output_flags = bit.bor(obs.OBS_SOURCE_VIDEO, obs.OBS_SOURCE_DO_NOT_DUPLICATE),
}

kind.get_name = function() return "Sanacam (shared memory)" end

kind.get_defaults = function(settings) obs.obs_data_set_default_string(settings, "path", default_path()) end

kind.get_properties = function()
  local properties = obs.obs_properties_create()
  obs.obs_properties_add_text(properties, "path", "Ring of frames (docs/ring.md)", obs.OBS_TEXT_DEFAULT)
  return properties
end

kind.create = function(settings)
  return { path = obs.obs_data_get_string(settings, "path"), width = 0, height = 0, shown = 0, wait_s = 0 }
end

kind.update = function(source, settings)
  local path = obs.obs_data_get_string(settings, "path")
  if path ~= source.path then
    close_ring(source)
    source.path, source.ring_id, source.wait_s = path, nil, 0
  end
end

kind.destroy = function(source)
  close_ring(source)
  drop_texture(source)
end

kind.get_width = function(source) return source.width end
kind.get_height = function(source) return source.height end

kind.video_tick = function(source, seconds)
  if not source.header then
    source.wait_s = source.wait_s - seconds
    if source.wait_s <= 0 then
      source.wait_s = RETRY_S
      open_ring(source)
    end
    return
  end
  local latest = tonumber(source.header.latest)
  source.still_s = latest == source.seen and source.still_s + seconds or 0
  source.seen = latest
  if source.header.open == 0 or source.still_s > SILENT_S then
    -- The writer has left, or was killed: the last picture stays until another one comes.
    close_ring(source)
    source.wait_s = 0
  end
end

kind.video_render = function(source)
  if source.header then upload(source) end
  if source.texture then
    libobs.obs_source_draw(source.texture, 0, 0, source.width, source.height, false)
  end
end

obs.obs_register_source(kind)

function script_description()
  return "Adds the source <b>Sanacam (shared memory)</b>: Sanacam's picture without a detour. "
    .. "Run <tt>sanacam obs setup --way script</tt> once this script is loaded."
end
