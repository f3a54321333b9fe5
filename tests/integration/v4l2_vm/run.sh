#!/usr/bin/env bash
# The virtual camera and the camera source on a real kernel: boots Debian's kernel in QEMU with the real v4l2loopback and
# vivid (the kernel's own pretended camera), runs a script inside and writes its log beside this file: guest_check.py
# (log.txt), or photograph.py (photograph.txt; needs mpv, openbox and xvfb), which sends FILM to the camera and leaves a
# photograph of mpv showing it in build/v4l2_vm/out.
#
#     bash tests/integration/v4l2_vm/run.sh [PYTHON]
#     PHOTOGRAPH=1 bash tests/integration/v4l2_vm/run.sh [PYTHON] [FILM]
#
# PYTHON (default .venv/bin/python) is one that imports sanacam. By hand or nightly, on Debian or Ubuntu; needs
# qemu-system-x86, busybox-static, cpio, kmod, make and the gcc that Debian's kernel was built with. Nothing is installed
# and this machine's kernel is not touched: the packages are unpacked under build/v4l2_vm. The guest sees this machine's
# files read-only below an overlay in its own memory. ACCEL=kvm is faster where KVM works; the default emulates.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=$(realpath -s "${1:-$root/.venv/bin/python}")
work=$root/build/v4l2_vm
accel=${ACCEL:-tcg}
limit_s=${LIMIT_S:-900}
out=$work/out
if [ -n "${PHOTOGRAPH:-}" ]; then
    guest=("$here/photograph.py" /out ${2:+"$(realpath "$2")"}) log=$here/photograph.txt
else
    guest=("$here/guest_check.py") log=$here/log.txt
fi

for tool in qemu-system-x86_64 cpio make dpkg-deb apt-get; do
    command -v "$tool" >/dev/null || { echo "run.sh needs $tool" >&2; exit 2; }
done
[ -x /bin/busybox ] || { echo "run.sh needs busybox-static" >&2; exit 2; }
"$python" -c 'import sanacam.app.outputs.v4l2_loopback' || { echo "$python does not import sanacam" >&2; exit 2; }

# ── kernel, headers and the module's source, unpacked
mkdir -p "$work/packages" "$out"
kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-\(.*\)/\1/p' | head -1)
series=${kernel%-amd64}
tree=$work/$kernel
if [ ! -e "$tree/complete" ]; then
    echo "── unpacking $kernel"
    rm -rf "$tree"
    mkdir -p "$tree"
    kbuild=$(apt-cache depends "linux-headers-$kernel" | sed -n 's/.*Depends: \(linux-kbuild-.*\)/\1/p' | head -1)
    (cd "$work/packages" && apt-get -qq download \
        "linux-image-$kernel" "linux-headers-$kernel" "linux-headers-$series-common" "$kbuild" v4l2loopback-dkms 2>/dev/null)
    for package in "$work"/packages/*.deb; do dpkg-deb --extract "$package" "$tree"; done
    sed -i "s|/usr/src/|$tree/usr/src/|" "$tree/usr/src/linux-headers-$kernel/Makefile"
    source=$(echo "$tree"/usr/src/v4l2loopback-*)
    make -s -C "$tree/usr/src/linux-headers-$kernel" M="$source" modules
    mkdir -p "$tree/lib/modules/$kernel/extra"
    cp "$source/v4l2loopback.ko" "$tree/lib/modules/$kernel/extra/"
    /sbin/depmod -b "$tree" "$kernel"
    touch "$tree/complete"
fi
module=$(basename "$(echo "$tree"/usr/src/v4l2loopback-*)")

# ── a first disk: busybox, the modules in order, and what to do with them
initrd=$work/initrd
rm -rf "$initrd"
mkdir -p "$initrd"/{bin,modules,proc,sys,dev,below,above,root}
cp /bin/busybox "$initrd/bin/"
for name in virtio_pci 9pnet_virtio 9p overlay v4l2loopback vivid; do
    /sbin/modprobe -d "$tree" --show-depends -S "$kernel" "$name" | while read -r _ file _; do
        base=$(basename "$file")
        [ -e "$initrd/modules/$base" ] || { cp "$file" "$initrd/modules/"; echo "$base" >>"$initrd/modules/order"; }
    done
done
cat >"$initrd/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
while read module; do
    case \$module in
        v4l2loopback.ko) options='devices=1 video_nr=10 card_label=Sanacam exclusive_caps=1';;
        vivid.ko) options='n_devs=1 node_types=0x1 vid_cap_nr=20';;
        *) options=;;
    esac
    insmod /modules/\$module \$options || echo "insmod \$module failed"
done </modules/order
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=262144 host /below
mount -t tmpfs -o size=1g above /above; mkdir /above/upper /above/work
mount -t overlay -o lowerdir=/below,upperdir=/above/upper,workdir=/above/work overlay /root
mount -t proc proc /root/proc; mount -t sysfs sys /root/sys; mount --bind /dev /root/dev
mkdir -p /root/dev/shm /root/out; mount -t 9p -o trans=virtio,version=9p2000.L out /root/out; mount -t tmpfs shm /root/dev/shm; ip link set lo up
echo; echo "=== kernel \$(uname -r), $module, accelerator $accel"
chroot /root /usr/bin/env PYTHONPATH="${PYTHONPATH:-}" PYTHONDONTWRITEBYTECODE=1 OPENBLAS_NUM_THREADS=1 \
    "$python" ${guest[@]@Q}
echo "=== end, exit code \$?"
poweroff -f
INIT
chmod +x "$initrd/init"
(cd "$initrd" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"

# ── run, and keep what the guest said
echo "── booting (at most $limit_s s)"
cpu=max
[ "$accel" = kvm ] && cpu=host
timeout "$limit_s" qemu-system-x86_64 -accel "$accel" -cpu "$cpu" -smp 2 -m 3072 -nographic -no-reboot -nic none \
    -kernel "$tree/boot/vmlinuz-$kernel" -initrd "$work/initrd.gz" -append "console=ttyS0 quiet panic=-1" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -virtfs "local,path=$out,mount_tag=out,security_model=none" </dev/null | tee "$work/console.txt"
# without what the kernel itself writes there
tr -d '\r' <"$work/console.txt" | sed -n '/^=== kernel/,/^=== end/p' | grep -vE '^\[ *[0-9]+\.[0-9]{6}\]' |
    sed "s|$root/||g" >"$log"
grep -q '^=== end, exit code 0$' "$log"
