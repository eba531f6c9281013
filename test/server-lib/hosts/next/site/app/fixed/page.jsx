export default function Page() {
  return <p>Fixed</p>;
}
