// A front end in small, written against the generated client. It is compiled, never run: what has
// another type than it says here does not compile.

import createClient from "openapi-fetch";
import type { components, paths } from "./dermis";

type Schemas = components["schemas"];
type Article = Schemas["WholeArticle"];
type Section = Schemas["Section"];
type Problem = Schemas["Problem"];

// Whether two types are one; `any` equals nothing but itself.
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function exactly<A, B>(_proof: Same<A, B>): void {}

const reader = createClient<paths>({ baseUrl: "https://content.example.org" });
const editor = createClient<paths>({
  baseUrl: "https://content.example.org",
  headers: { Authorization: "Bearer dermis_secret" },
});

export async function article(slug: string): Promise<Article | null> {
  const { data, error, response } = await reader.GET("/api/v1/articles/{slug}", {
    params: { path: { slug }, query: { types: ["aftercare", "faq"], format: "html" } },
  });
  if (error) {
    exactly<typeof error, Problem>(true);
    if (response.status === 404 || response.status === 410) return null;
    throw new Error(`${error.title}: ${error.detail} (${error.request_id})`);
  }
  exactly<typeof data, Article>(true);
  exactly<typeof data.reviewed, Schemas["Review"] | null>(true);
  exactly<typeof data.fallback, Schemas["Fallback"] | null>(true);
  exactly<typeof data.sections, Section[] | undefined>(true);
  exactly<Section["heading"], string | null>(true);
  exactly<Section["base_type"], Schemas["SectionTypeKey"]>(true);
  return data;
}

async function aftercarePage(topic: string, cursor: string | null): Promise<Schemas["SectionPage"]> {
  const { data, error } = await reader.GET("/api/v1/sections", {
    params: {
      query: { type: ["aftercare", "risks"], topic: [topic], ...(cursor ? { cursor } : {}) },
    },
  });
  if (error) throw new Error(error.detail);
  exactly<typeof data, Schemas["SectionPage"]>(true);
  exactly<typeof data.total, number | undefined>(true);
  return data;
}

// Every list is walked in the same way.
export async function aftercareFor(topic: string): Promise<Section[]> {
  const found: Section[] = [];
  let cursor: string | null = null;
  do {
    const page = await aftercarePage(topic, cursor);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

export async function search(q: string): Promise<string[]> {
  const { data, error } = await reader.GET("/api/v1/search", {
    params: { query: { q, limit: 5, format: "text" } },
  });
  if (error) throw new Error(error.detail);
  const [best] = data.items;
  exactly<typeof best, Schemas["Hit"] | Schemas["HitGroup"] | undefined>(true);
  return best && "section" in best ? best.highlights.body : [];
}

export async function follow(since: number, forget: (id: string) => void): Promise<number> {
  const { data, error } = await reader.GET("/api/v1/changes", { params: { query: { since } } });
  if (error) throw new Error(error.detail);
  for (const change of data.items) {
    exactly<typeof change.kind, "upsert" | "tombstone">(true);
    if (change.kind === "tombstone") forget(change.article.id);
  }
  exactly<typeof data.next, number | null>(true);
  return data.next ?? data.sequence;
}

// An edit is guarded by the tag of what was read; a lost race is told, not overwritten.
export async function rewrite(
  article_id: string,
  section_id: string,
  body: string,
): Promise<"done" | "changed meanwhile"> {
  const path = { article_id, section_id };
  const address = "/api/v1/admin/articles/{article_id}/sections/{section_id}";
  const read = await editor.GET(address, { params: { path } });
  const tag = read.response.headers.get("ETag");
  if (!read.data || !tag) throw new Error(read.error?.detail ?? "No entity tag.");
  const { data, error, response } = await editor.PATCH(address, {
    params: { path, header: { "If-Match": tag } },
    body: { body },
  });
  if (error) {
    if (response.status === 412) return "changed meanwhile";
    throw new Error(problems(error).join("\n"));
  }
  exactly<typeof data, Schemas["AdminSection"]>(true);
  return "done";
}

export async function draft(title: string): Promise<number> {
  const { data, error } = await editor.POST("/api/v1/admin/articles", {
    // What may be left out may be left out.
    body: { title, sections: [{ type: "aftercare", body: "Rest for a day." }] },
  });
  if (error) throw new Error(problems(error).join("\n"));
  exactly<typeof data.state, "unpublished" | "live" | "withdrawn" | "archived">(true);
  return data.revision;
}

export function problems(problem: Problem): string[] {
  exactly<Problem["errors"], Schemas["ProblemEntry"][] | undefined>(true);
  return (problem.errors ?? []).map(
    (entry) => `${entry.pointer ?? entry.parameter ?? ""}: ${entry.detail}`,
  );
}

// What is wrong does not compile.
export function mistakes(): void {
  // @ts-expect-error: there is no such section type.
  void reader.GET("/api/v1/sections", { params: { query: { type: ["aftrcare"] } } });
  // @ts-expect-error: there is no such member to keep.
  void reader.GET("/api/v1/sections", { params: { query: { fields: ["headng"] } } });
  // @ts-expect-error: a search needs its words.
  void reader.GET("/api/v1/search", { params: { query: {} } });
  const path = { article_id: "a" };
  // @ts-expect-error: an edit needs If-Match.
  void editor.DELETE("/api/v1/admin/articles/{article_id}", { params: { path } });
  // @ts-expect-error: there is no such member of an article.
  void editor.POST("/api/v1/admin/articles", { body: { titel: "A" } });
}
