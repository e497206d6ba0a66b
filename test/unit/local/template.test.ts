import { describe, expect, test } from 'vitest';
import { resolveTemplates } from '../../../local/aws/template.ts';

const apiEndpoint = 'http://127.0.0.1:3000';
/** The resolved value of a function's property in stack `Service`, which can import from stack `Data`. */
const resolved = (value: unknown) => {
  const { resources } = resolveTemplates(
    {
      Data: {
        Resources: { Rows: { Type: 'AWS::DynamoDB::GlobalTable' } },
        Outputs: { RowsName: { Value: { Ref: 'Rows' }, Export: { Name: 'Data:Rows' } } },
      },
      Service: {
        Parameters: { Version: { Default: '31' } },
        Resources: {
          Api: { Type: 'AWS::ApiGatewayV2::Api' },
          Secret: { Type: 'AWS::SecretsManager::Secret' },
          Work: { Type: 'AWS::Lambda::Function', Properties: { value } },
        },
      },
    },
    { apiEndpoint },
  );
  return resources<{ value: unknown }>('AWS::Lambda::Function')[0]?.properties.value;
};

describe('resolving a template', () => {
  test.each<[string, unknown, unknown]>([
    ['a Ref of a resource, which is its name', { Ref: 'Work' }, 'Service-Work'],
    ['a Ref of a parameter, which is its default', { Ref: 'Version' }, '31'],
    ['a Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['a Ref of the stack’s name', { Ref: 'AWS::StackName' }, 'Service'],
    [
      'GetAtt',
      { 'Fn::GetAtt': ['Work', 'Arn'] },
      'arn:aws:lambda:us-east-1:000000000000:function:Service-Work',
    ],
    ['GetAtt in its short form', { 'Fn::GetAtt': 'Api.ApiEndpoint' }, apiEndpoint],
    ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'Version' }, 'b']] }, 'a/31/b'],
    ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'Work' }] }] }, 'Work'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation’s placeholder
    ['Sub', { 'Fn::Sub': '${AWS::Partition}:${Api.ApiEndpoint}:${!kept}' }, `aws:${apiEndpoint}:\${kept}`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation’s placeholder
    ['Sub with variables', { 'Fn::Sub': ['${a}-${Version}', { a: { Ref: 'AWS::Partition' } }] }, 'aws-31'],
    ['ImportValue', { 'Fn::ImportValue': 'Data:Rows' }, 'Data-Rows'],
    ['functions in lists and objects', [{ a: { Ref: 'Version' } }], [{ a: '31' }]],
    [
      'NoValue, which removes the property',
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [{ Ref: 'AWS::NoValue' }] },
      { a: 1, c: [] },
    ],
    ['no Ref in an object with more keys', { Ref: 'Work', other: 1 }, { Ref: 'Work', other: 1 }],
  ])('supports %s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test('supports a Ref of a secret, which is its ARN as in CloudFormation', () => {
    expect(resolved({ Ref: 'Secret' })).toMatch(/^arn:aws:secretsmanager:.*:secret:Service-Secret-\w{6}$/);
  });
});

describe('resolving an unsupported expression', () => {
  test.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, /Service uses Fn::Cidr/],
    [{ Ref: 'Nothing' }, /Service refers to Nothing/],
    [{ 'Fn::GetAtt': ['Api', 'Colour'] }, /Api\.Colour/],
    [{ 'Fn::ImportValue': 'Data:Nothing' }, /imports Data:Nothing/],
  ])('throws an error that names it: %j', (value, message) => {
    expect(() => resolved(value)).toThrow(message);
  });
});
