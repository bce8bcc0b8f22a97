import archive from "lucide-static/icons/archive.svg?raw";
import back from "lucide-static/icons/arrow-left.svg?raw";
import drafts from "lucide-static/icons/file-pen.svg?raw";
import folder from "lucide-static/icons/folder.svg?raw";
import inbox from "lucide-static/icons/inbox.svg?raw";
import forward from "lucide-static/icons/forward.svg?raw";
import junk from "lucide-static/icons/shield-alert.svg?raw";
import menu from "lucide-static/icons/menu.svg?raw";
import attachment from "lucide-static/icons/paperclip.svg?raw";
import read from "lucide-static/icons/mail-open.svg?raw";
import unread from "lucide-static/icons/mail.svg?raw";
import minimise from "lucide-static/icons/minus.svg?raw";
import compose from "lucide-static/icons/square-pen.svg?raw";
import refresh from "lucide-static/icons/rotate-cw.svg?raw";
import reply from "lucide-static/icons/reply.svg?raw";
import replyAll from "lucide-static/icons/reply-all.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import sent from "lucide-static/icons/send.svg?raw";
import star from "lucide-static/icons/star.svg?raw";
import trash from "lucide-static/icons/trash-2.svg?raw";
import close from "lucide-static/icons/x.svg?raw";

const icons = {
  archive, attachment, back, close, compose, drafts, folder, forward, inbox, junk, menu, minimise, read, refresh, reply, replyAll, search,
  sent, star, trash, unread,
};

export type IconName = keyof typeof icons;

export function isIcon(name: string): name is IconName {
  return name in icons;
}

/** An icon beside a text that says the same; with a label where it stands alone. The markup is our own, from the build. */
export function Icon({ name, label }: { name: IconName; label?: string }) {
  const role = label === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label };
  return <span class="icon" {...role} dangerouslySetInnerHTML={{ __html: icons[name] }} />;
}
